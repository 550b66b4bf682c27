#include "impl/stackful/stackful.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "tests/unit_budget.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost::models {
namespace {

// Instrumented frames are several times as large.
constexpr stackful::options roomy{.bytes = test_units(16) == 16 ? 16u * 1024 : 256u * 1024};

class stackful_workers : public testing::TestWithParam<unsigned> {};

TEST_P(stackful_workers, compute_fib_with_every_call_a_unit) {
  workloads::fib::parameters const in{.n = test_units(16) == 16 ? 22u : 14u, .spawn_depth = every_call};
  stackful model(roomy, {.workers = GetParam(), .cpus = {}});
  for (int run = 0; run < 3; ++run) {
    EXPECT_EQ(model.run([&](auto& context) { return workloads::fib::direct(context, in); }),
              workloads::fib::oracle(in));
    // Each inner node spawns one child; the other is called in place. The root is a fiber too.
    EXPECT_EQ(model.units_made(), workloads::fib::value(in.n));
  }
}

TEST_P(stackful_workers, compute_fib_with_a_bounded_depth) {
  workloads::fib::parameters const in{.n = 18, .spawn_depth = 3};
  stackful model(roomy, {.workers = GetParam(), .cpus = {}});
  EXPECT_EQ(model.run([&](auto& context) { return workloads::fib::direct(context, in); }), workloads::fib::oracle(in));
}

INSTANTIATE_TEST_SUITE_P(one_to_three, stackful_workers, testing::Values(1u, 2u, 3u));

TEST(stackful, runs_a_root_that_returns_nothing) {
  stackful model(roomy, {});
  bool ran = false;
  model.run([&](stackful::context&) { ran = true; });
  EXPECT_TRUE(ran);
}

TEST(stackful, ends_a_graph_too_wide_for_its_stacks_with_limit_reached) {
  // With guards, vm.max_map_count bounds how many stacks there are. 16 KiB: unwinding from the innermost unit needs room.
  stackful::options guarded{.bytes = 16 * 1024, .guard = runtime::stack_guard::page};
  if (stackful::unit_limit(guarded) > 100'000) GTEST_SKIP() << "vm.max_map_count is too large to reach in a test";
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "too many fibers for a sanitizer";
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
  GTEST_SKIP() << "too many fibers for a sanitizer";
#endif
#endif
  stackful model(guarded, {});
  auto const too_wide = [](stackful::context& own) {
    stackful::context::scope children(own);
    std::uint64_t result = 0;
    for (std::uint64_t i = 0; i < 100'001; ++i)
      children.spawn(result, [](stackful::context&) { return std::uint64_t{1}; });
    children.join();
    return result;
  };
  EXPECT_THROW(model.run(too_wide), limit_reached);
  EXPECT_EQ(model.run([](stackful::context&) { return 7; }), 7);
}

class stackful_ring : public testing::TestWithParam<handover> {};

TEST_P(stackful_ring, does_nothing_in_no_rounds) {
  EXPECT_EQ(stackful::run_ring(roomy, {}, {.units = 5, .rounds = 0, .by = GetParam()}).switches, 0u);
}

INSTANTIATE_TEST_SUITE_P(by, stackful_ring, testing::ValuesIn(stackful::handovers()));

TEST(stackful_idle, touches_what_fits_its_stack) {
  unit_arrivals arrivals;
  stackful::idle units({.bytes = 128 * 1024}, arrivals, 4, 64 * 1024);
  units.grow_to(4);
  EXPECT_EQ(arrivals.count.load(), 4u);
}

TEST(stackful_idle, declines_to_touch_more_than_its_stack) {
  unit_arrivals arrivals;
  EXPECT_THROW(stackful::idle({.bytes = 16 * 1024}, arrivals, 4, 64 * 1024), not_supported);
}

TEST(stackful_idle, throws_limit_reached_beyond_its_limit_and_still_releases) {
  unit_arrivals arrivals;
  stackful::idle units(roomy, arrivals, 4, 0);
  EXPECT_THROW(units.grow_to(1000), limit_reached);
  EXPECT_GE(arrivals.count.load(), 4u);
  units.release();
}

}  // namespace
}  // namespace unitcost::models
