// What cannot be gone on from: the process ends, and says which model and which stack it was.
#include <gtest/gtest.h>

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <stdexcept>

#include "impl/model.hpp"
#include "impl/stackful/fork_join/scheduler.hpp"
#include "impl/stackful/waiting/turns.hpp"
#include "tests/stack_overflow.hpp"

namespace unitcost::fibers {
namespace {

placement const lone_worker{.workers = 1, .cpus = {}};

void let_an_exception_leave_a_unit() {
  scheduler one({.bytes = 64 * 1024}, lone_worker, 8);
  one.run([](fiber&) { throw std::runtime_error("planted"); });
}

TEST(scheduler_death, aborts_and_names_the_model_when_an_exception_leaves_a_unit) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(let_an_exception_leave_a_unit(), testing::KilledBySignal(SIGABRT),
              "stackful: an exception left a unit: planted");
}

void overflow_a_unit(runtime::stack_guard guard) {
  scheduler one({.bytes = 16 * 1024, .guard = guard}, lone_worker, 8);
  one.run([](fiber& self) {
    join_counter children;
    run_first(self, self.where->create(children, [](fiber& own) { overflow_stack(own.stack); }));
    children.wait(self);
  });
  std::_Exit(0);  // nobody noticed
}

TEST(scheduler_death, names_the_model_and_the_stack_of_a_unit_that_overflows_into_its_guard_page) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(overflow_a_unit(runtime::stack_guard::page), "stackful: a unit overflowed its stack of 16384 bytes");
}

TEST(scheduler_death, aborts_and_names_the_model_and_the_stack_of_a_unit_that_breaks_its_canary) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(overflow_a_unit(runtime::stack_guard::canary), testing::KilledBySignal(SIGABRT),
              "stackful: a unit overflowed its stack of 16384 bytes");
}

void overflow_the_root(runtime::stack_guard guard) {
  scheduler one({.bytes = 32 * 1024, .guard = guard}, lone_worker, 8);
  one.run([](fiber& self) { overflow_stack(self.stack); });
  std::_Exit(0);
}

TEST(scheduler_death, reports_a_root_that_overflows) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (auto const guard : {runtime::stack_guard::page, runtime::stack_guard::canary})
    EXPECT_DEATH(overflow_the_root(guard), "stackful: a unit overflowed its stack of 32768 bytes") << to_string(guard);
}

void suspend_over_a_broken_canary() {
  scheduler one({.bytes = 64 * 1024, .guard = runtime::stack_guard::canary}, lone_worker, 8);
  one.run([](fiber& self) {
    join_counter children;
    fiber& child = self.where->create(children, [](fiber& own) {
      *(own.stack.data() - 1) = std::byte{0};
      yield(own);
    });
    run_first(self, child);
    std::_Exit(7);  // it has left its worker, and not yet ended
  });
}

TEST(scheduler_death, looks_at_a_canary_at_each_switch_in_a_debug_build_and_at_the_end_in_a_release) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
#ifdef NDEBUG
  EXPECT_EXIT(suspend_over_a_broken_canary(), testing::ExitedWithCode(7), "");
#else
  EXPECT_EXIT(suspend_over_a_broken_canary(), testing::KilledBySignal(SIGABRT), "overflowed its stack of 65536 bytes");
#endif
}

void lose_a_fiber() {
  scheduler one({.bytes = 64 * 1024}, lone_worker, 8);
  join_counter nobody;
  one.run([&](fiber& self) { self.where->create(nobody, [](fiber&) {}); });
}

TEST(scheduler_death, aborts_and_says_so_when_a_fiber_was_never_joined) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(lose_a_fiber(), testing::KilledBySignal(SIGABRT), "stackful: 1 fibers were never joined");
}

}  // namespace
}  // namespace unitcost::fibers
