// Workers that do not come back as they should.
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "impl/stackful/stackful.hpp"
#include "tests/faulty/fault.hpp"
#include "tests/stack_overflow.hpp"

namespace unitcost::faulty {
namespace {

using harness::measurement;

void crash(measurement&) {
  static int volatile* const volatile nowhere = nullptr;
  *nowhere = 1;
}

void hang_ignoring_sigterm(measurement&) {
  ::signal(SIGTERM, SIG_IGN);
  linger();
}

template <runtime::stack_guard guard>
void overflow_a_fiber(measurement&) {
  models::stackful model({.bytes = 16 * 1024, .guard = guard}, {});
  model.run([](models::stackful::context& root) {
    models::stackful::context::scope children(root);
    std::uint64_t result = 0;
    children.spawn(result, [](models::stackful::context& unit) { return overflow_stack(unit.self.stack); });
    children.join();
  });
}

}  // namespace

void add_ends(harness::registry& all) {
  add_fault(all, "crash", crash);
  add_fault(all, "abort", [](measurement&) { std::abort(); });
  add_fault(all, "exit_with_3", [](measurement&) { ::_exit(3); });
  add_fault(all, "exit_with_0", [](measurement&) { ::_exit(0); });
  add_fault(all, "exception", [](measurement&) { throw std::runtime_error("planted"); });
  add_fault(all, "numbers_it_does_not_stand_by", [](measurement& given) {
    given.report({.name = "fault_ns", .label = "a fault", .value = 1, .unit = "ns"}, "none");
    throw harness::not_stable("planted numbers of something else");
  });
  add_fault(all, "foreign_exception", [](measurement&) { throw 42; });
  add_fault(all, "fiber_that_overflows_into_a_guard_page", overflow_a_fiber<runtime::stack_guard::page>);
  add_fault(all, "fiber_that_overflows_over_a_canary", overflow_a_fiber<runtime::stack_guard::canary>);
  add_fault(all, "hang", [](measurement&) { linger(); });
  add_fault(all, "hang_ignoring_sigterm", hang_ignoring_sigterm);
}

}  // namespace unitcost::faulty
