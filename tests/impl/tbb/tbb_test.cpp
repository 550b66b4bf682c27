#include "impl/tbb/tbb.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "impl/unit_report.hpp"
#include "tests/impl/arrival_checksum.hpp"
#include "tests/sanitizers.hpp"
#include "tests/unit_budget.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost {
namespace {

using models::tbb;
using workloads::fib;

#define SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(threads)               \
  if (running_under_thread_sanitizer && (threads) > 1)                \
  GTEST_SKIP() << "Debian's oneTBB is not built with TSan: it would " \
                  "report races that the library's atomics order"

placement on(unsigned workers) { return {.workers = workers, .cpus = {}}; }

outcome run_fib(tbb& instance, fib::parameters const& parameters) {
  return instance.run([&parameters](tbb::context& context) { return fib::direct(context, parameters); });
}

class tbb_workers : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(workers, tbb_workers, testing::Values(1u, 2u, 4u));

TEST_P(tbb_workers, answer_as_the_oracle_with_every_call_a_unit) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(GetParam());
  fib::parameters const parameters{.n = 16};
  tbb instance({}, on(GetParam()));
  for (int repetition = 0; repetition < 10; ++repetition) {
    ASSERT_EQ(run_fib(instance, parameters), fib::oracle(parameters));
    // Of each pair of children one is spawned and the other called in place.
    ASSERT_EQ(instance.units_made(), (fib::oracle(parameters).units - 1) / 2);
  }
}

TEST_P(tbb_workers, join_a_flat_fork_of_many_children) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(GetParam());
  std::uint64_t const children = test_units(4096);
  tbb instance({}, on(GetParam()));
  auto const results = instance.run([&](tbb::context& context) {
    std::vector<std::uint64_t> each(children);
    tbb::context::scope scope(context);
    for (std::uint64_t child = 0; child < children; ++child)
      scope.spawn(each[child], [child](tbb::context&) { return unit_arrivals::hash(child); });
    scope.join();
    return each;
  });
  for (std::uint64_t child = 0; child < children; ++child) ASSERT_EQ(results[child], unit_arrivals::hash(child));
  EXPECT_EQ(instance.units_made(), children);
}

TEST_P(tbb_workers, survive_being_made_and_ended_many_times) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(GetParam());
  fib::parameters const parameters{.n = 10};
  for (int repetition = 0; repetition < 50; ++repetition) {
    tbb instance({}, on(GetParam()));
    ASSERT_EQ(run_fib(instance, parameters), fib::oracle(parameters));
  }
}

TEST(tbb, passes_a_units_exception_to_the_caller_of_run) {
  tbb instance({}, on(1));
  auto const root = [](tbb::context& context) {
    int result = 0;
    tbb::context::scope scope(context);
    scope.spawn(result, [](tbb::context&) -> int { throw std::domain_error("planted"); });
    scope.join();
    return result;
  };
  EXPECT_THROW(instance.run(root), std::domain_error);
  fib::parameters const parameters{.n = 10};
  EXPECT_EQ(run_fib(instance, parameters), fib::oracle(parameters));
}

TEST(tbb, pins_its_units_and_gives_the_caller_its_mask_back) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  int const cpu = ::sched_getcpu();
  {
    tbb instance({}, {.workers = 1, .cpus = {cpu}});
    int const allowed = instance.run([](tbb::context&) {
      cpu_set_t mine;
      ::sched_getaffinity(0, sizeof mine, &mine);
      return CPU_COUNT(&mine);
    });
    EXPECT_EQ(allowed, 1);
  }
  cpu_set_t after;
  ASSERT_EQ(::sched_getaffinity(0, sizeof after, &after), 0);
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(tbb, refuses_a_cpu_that_does_not_exist) {
  EXPECT_THROW(tbb({}, {.workers = 1, .cpus = {CPU_SETSIZE - 1}}), std::system_error);
}

TEST(tbb_idle, can_be_filled_again_in_the_same_process) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(2);
  for (int repetition = 0; repetition < 2; ++repetition) {
    unit_arrivals arrivals;
    tbb::idle units({}, arrivals, 64, 0);
    units.grow_to(64);
    EXPECT_EQ(arrivals.checksum, checksum_of_first(64));
  }
}

// Beyond 4,095 suspended tasks oneTBB miscounts its workers; released in another order they would never end.
TEST(tbb_idle, ends_more_units_than_an_arena_can_count) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(2);
  unit_arrivals arrivals;
  std::uint64_t const count = test_units(6000);
  tbb::idle units({}, arrivals, count, 0);
  units.grow_to(count / 2);
  units.grow_to(count);
  units.release();
  EXPECT_EQ(arrivals.checksum, checksum_of_first(count));
}

TEST(tbb_idle, refuses_more_units_than_it_declares) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(2);
  unit_arrivals arrivals;
  tbb::idle units({}, arrivals, 8, 0);
  EXPECT_THROW(units.grow_to(9), limit_reached);
  EXPECT_EQ(arrivals.count, 8u);
  EXPECT_LT(tbb::unit_limit({}), std::uint64_t{1} << 40);
}

TEST(tbb_idle, refuses_to_touch_more_than_a_stack) {
  SKIP_IF_TSAN_SEES_MORE_THAN_ONE_THREAD(2);
  unit_arrivals arrivals;
  EXPECT_THROW(tbb::idle({}, arrivals, 1, std::size_t{4} << 20), not_supported);
}

TEST(tbb_ring, refuses_more_units_than_an_arena_keeps_apart) {
  EXPECT_THROW(tbb::run_ring({}, {}, {.units = 5000, .rounds = 1, .by = handover::resume}), limit_reached);
}

}  // namespace
}  // namespace unitcost
