#include "impl/boost_fiber/boost_fiber.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "impl/unit_report.hpp"
#include "tests/impl/arrival_checksum.hpp"
#include "tests/sanitizers.hpp"
#include "tests/unit_budget.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost {
namespace {

using models::boost_fiber;
using models::boost_fiber_parts::stack_source;
using workloads::fib;

#define SKIP_IF_TSAN_SEES_MORE_THAN_ONE_WORKER(workers)                            \
  if (running_under_thread_sanitizer && (workers) > 1)                             \
  GTEST_SKIP() << "Debian's Boost.Context does not tell TSan of its switches: it " \
                  "would report races between fibers that their scheduler orders"

placement on(unsigned workers) { return {.workers = workers, .cpus = {}}; }

outcome run_fib(boost_fiber& instance, fib::parameters const& parameters) {
  return instance.run([&parameters](boost_fiber::context& context) { return fib::direct(context, parameters); });
}

class boost_fiber_workers : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(workers, boost_fiber_workers, testing::Values(1u, 2u, 4u));

TEST_P(boost_fiber_workers, answer_as_the_oracle_at_a_bounded_depth) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_WORKER(GetParam());
  fib::parameters const parameters{.n = 16, .spawn_depth = 5};
  boost_fiber instance({}, on(GetParam()));
  for (int repetition = 0; repetition < 10; ++repetition) {
    ASSERT_EQ(run_fib(instance, parameters), fib::oracle(parameters));
    // Of each pair of children one is spawned and the other called in place.
    ASSERT_EQ(instance.units_made(), (fib::oracle(parameters).units - 1) / 2);
  }
}

TEST_P(boost_fiber_workers, answer_as_the_oracle_with_every_call_a_unit) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_WORKER(GetParam());
  fib::parameters const parameters{.n = 12};
  boost_fiber instance({}, on(GetParam()));
  EXPECT_EQ(run_fib(instance, parameters), fib::oracle(parameters));
}

TEST_P(boost_fiber_workers, join_a_flat_fork_of_many_children) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_WORKER(GetParam());
  std::uint64_t const children = test_units(1024);
  boost_fiber instance({}, on(GetParam()));
  auto const results = instance.run([&](boost_fiber::context& context) {
    std::vector<std::uint64_t> each(children);
    boost_fiber::context::scope scope(context);
    for (std::uint64_t child = 0; child < children; ++child)
      scope.spawn(each[child], [child](boost_fiber::context&) { return unit_arrivals::hash(child); });
    scope.join();
    return each;
  });
  for (std::uint64_t child = 0; child < children; ++child) ASSERT_EQ(results[child], unit_arrivals::hash(child));
  EXPECT_EQ(instance.units_made(), children);
}

TEST_P(boost_fiber_workers, survive_being_made_and_ended_many_times) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_WORKER(GetParam());
  fib::parameters const parameters{.n = 10, .spawn_depth = 3};
  for (int repetition = 0; repetition < 50; ++repetition) {
    boost_fiber instance({}, on(GetParam()));
    ASSERT_EQ(run_fib(instance, parameters), fib::oracle(parameters));
  }
}

// AddressSanitizer warns here that it ignores a no-return on a stack it does not know; it reports no error.
TEST_P(boost_fiber_workers, pass_a_units_exception_to_the_caller_of_run) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_WORKER(GetParam());
  boost_fiber instance({}, on(GetParam()));
  auto const root = [](boost_fiber::context& context) {
    int spawned = 0, called = 0;
    boost_fiber::context::scope scope(context);
    scope.spawn(spawned, [](boost_fiber::context&) { return 1; });
    scope.call(called, [](boost_fiber::context&) -> int { throw std::domain_error("planted"); });
    scope.join();
    return spawned + called;
  };
  EXPECT_THROW(instance.run(root), std::domain_error);
  fib::parameters const parameters{.n = 10, .spawn_depth = 3};
  EXPECT_EQ(run_fib(instance, parameters), fib::oracle(parameters));
}

TEST(boost_fiber, says_when_there_is_no_memory_for_a_stack) {
  boost_fiber instance({.source = stack_source::page_guarded, .stack_bytes = std::size_t{1} << 50}, on(1));
  EXPECT_THROW(instance.run([](boost_fiber::context&) { return 0; }), std::bad_alloc);
}

TEST(boost_fiber, refuses_pooled_stacks_on_several_workers) {
  EXPECT_THROW(boost_fiber({.source = stack_source::pooled}, on(2)), not_supported);
}

TEST(boost_fiber, refuses_a_cpu_that_does_not_exist) {
  EXPECT_THROW(boost_fiber({}, {.workers = 1, .cpus = {CPU_SETSIZE - 1}}), std::system_error);
}

TEST(boost_fiber_idle, can_be_filled_again_after_its_release) {
  unit_arrivals arrivals;
  boost_fiber::idle units({}, arrivals, 64, 0);
  units.grow_to(32);
  units.release();
  units.grow_to(64);
  EXPECT_EQ(arrivals.checksum, checksum_of_first(64));
}

TEST(boost_fiber_idle, refuses_more_units_than_it_declares) {
  unit_arrivals arrivals;
  boost_fiber::idle units({}, arrivals, 8, 0);
  EXPECT_THROW(units.grow_to(9), limit_reached);
  EXPECT_EQ(arrivals.count, 8u);
}

TEST(boost_fiber_idle, refuses_to_touch_more_than_a_stack) {
  unit_arrivals arrivals;
  EXPECT_THROW(boost_fiber::idle({.stack_bytes = 16384}, arrivals, 1, 65536), not_supported);
}

TEST(boost_fiber_idle, counts_two_mappings_for_a_guarded_stack) {
  boost_fiber::options const guarded{.source = stack_source::page_guarded};
  EXPECT_LT(boost_fiber::unit_limit(guarded), boost_fiber::unit_limit({}));
}

}  // namespace
}  // namespace unitcost
