// What a graph of units takes at most: workers x depth, and not a frame for every unit.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>

#include "impl/stackless/stackless.hpp"
#include "tests/unit_budget.hpp"
#include "workloads/cpu/fib.hpp"
#include "workloads/cpu/skynet.hpp"

namespace unitcost::models {
namespace {

using stackless_runtime::frame_memory_bytes;
using workloads::fib;
using workloads::skynet;

/// Units that are alive, by their own account.
class census {
 public:
  void enter() {
    std::int64_t const alive = ++alive_;
    for (std::int64_t most = most_; alive > most && !most_.compare_exchange_weak(most, alive);) {
    }
  }
  void leave() { --alive_; }
  std::int64_t most() const { return most_; }

 private:
  std::atomic<std::int64_t> alive_{0}, most_{0};
};

struct resident {
  explicit resident(census& counted) : counted_(counted) { counted_.enter(); }
  ~resident() { counted_.leave(); }
  census& counted_;
};

stackless::task<std::uint64_t> counted_fib(census& counted, unsigned n) {
  resident const alive(counted);
  if (n < 2) co_return 1;
  std::uint64_t left = 0, right = 0;
  co_await stackless::spawn(left, counted_fib(counted, n - 1));
  co_await stackless::call(right, counted_fib(counted, n - 2));
  co_await stackless::join();
  co_return left + right;
}

class stackless_peak : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(workers, stackless_peak, testing::Values(1u, 2u, 4u));

TEST_P(stackless_peak, of_units_alive_is_at_most_workers_times_depth) {
  unsigned const workers = GetParam(), depth = sanitizer_divisor == 1 ? 22 : 16;
  stackless model({}, {workers, {}});
  for (int run = 0; run < 5; ++run) {
    census counted;
    model.run(counted_fib(counted, depth));
    EXPECT_LE(counted.most(), workers * depth);
    EXPECT_GE(counted.most(), depth) << "the first unit's first child's first child … are alive together";
  }
}

TEST_P(stackless_peak, of_memory_does_not_grow_with_the_steals_of_many_runs) {
  unsigned const workers = GetParam(), depth = 14;
  std::uint64_t const before = frame_memory_bytes();
  {
    stackless model({}, {workers, {}});
    for (std::uint64_t run = 0; run < test_units(2000); ++run)
      model.run(fib::awaited<stackless>({.n = depth, .spawn_depth = every_call}));
  }
  constexpr std::uint64_t generous_frame_bytes = 1024;
  EXPECT_LE(frame_memory_bytes() - before, workers * (depth + 2) * generous_frame_bytes);
}

/// On one worker nothing is stolen, so no frame is freed by another than its maker.
template <class Workload>
std::uint64_t memory_of(typename Workload::parameters const& graph) {
  std::uint64_t const before = frame_memory_bytes();
  {
    stackless model({}, {1, {}});
    EXPECT_EQ(model.run(Workload::template awaited<stackless>(graph)), Workload::oracle(graph));
  }
  return frame_memory_bytes() - before;
}

/// Generous: today's are half of it.
constexpr std::uint64_t frame_at_most_bytes = 256;

TEST(stackless_memory, of_a_waiting_unit_is_a_frame_of_128_bytes_at_most) {
  if (sanitizer_divisor != 1) GTEST_SKIP() << "instrumented frames are larger";
  unit_arrivals arrivals;
  stackless::idle units({}, arrivals, 1000, 0);
  std::uint64_t const before = frame_memory_bytes();
  units.grow_to(1000);
  EXPECT_LE(units.frame_bytes(), 128u);
  EXPECT_LE(frame_memory_bytes() - before, 1000 * units.frame_bytes());
}

TEST(stackless_memory, of_fib_is_a_frame_for_each_level_of_the_graph_and_not_for_each_unit) {
  fib::parameters const graph{.n = 20, .spawn_depth = every_call};
  ASSERT_GT(fib::oracle(graph).units, 20'000u);
  EXPECT_LE(memory_of<fib>(graph), (graph.n + 2) * frame_at_most_bytes);
}

TEST(stackless_memory, of_fib_is_used_again_by_the_next_run) {
  fib::parameters const graph{.n = 16, .spawn_depth = every_call};
  memory_of<fib>(graph);
  EXPECT_EQ(memory_of<fib>(graph), 0u);
}

TEST(stackless_memory, of_skynet_is_a_frame_for_each_level_of_the_graph_and_not_for_each_unit) {
  skynet::parameters const graph{.levels = 4, .spawn_depth = every_call};
  ASSERT_GT(skynet::oracle(graph).units, 10'000u);
  // A unit of skynet holds the results of ten children.
  EXPECT_LE(memory_of<skynet>(graph), (graph.levels + 2) * 2 * frame_at_most_bytes);
}

}  // namespace
}  // namespace unitcost::models
