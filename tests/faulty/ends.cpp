// Workers that do not come back as they should.
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "tests/faulty/fault.hpp"

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

}  // namespace

void add_ends(harness::registry& all) {
  add_fault(all, "crash", crash);
  add_fault(all, "abort", [](measurement&) { std::abort(); });
  add_fault(all, "exit_with_3", [](measurement&) { ::_exit(3); });
  add_fault(all, "exit_with_0", [](measurement&) { ::_exit(0); });
  add_fault(all, "exception", [](measurement&) { throw std::runtime_error("planted"); });
  add_fault(all, "foreign_exception", [](measurement&) { throw 42; });
  add_fault(all, "hang", [](measurement&) { linger(); });
  add_fault(all, "hang_ignoring_sigterm", hang_ignoring_sigterm);
}

}  // namespace unitcost::faulty
