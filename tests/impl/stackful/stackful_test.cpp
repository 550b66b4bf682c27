#include "impl/stackful/stackful.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "tests/sanitizers.hpp"
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
  // With guards, vm.max_map_count bounds how many stacks there are. 16 KiB: unwinding from the innermost unit needs
  // room.
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

void run_a_graph_out_of_memory() {
  stackful model({.bytes = 1024 * 1024}, {});
  rlimit const few_mib{std::size_t{512} << 20, std::size_t{512} << 20};
  ::setrlimit(RLIMIT_AS, &few_mib);
  bool refused = false;
  try {
    model.run([](stackful::context& own) {
      stackful::context::scope children(own);
      std::uint64_t result = 0;
      for (int i = 0; i < 2000; ++i) children.spawn(result, [](stackful::context&) { return std::uint64_t{1}; });
      children.join();
    });
  } catch (std::bad_alloc const&) {
    refused = true;
  }
  std::_Exit(refused && model.run([](stackful::context&) { return 7; }) == 7 ? 0 : 1);
}

TEST(stackful, passes_on_that_there_is_no_memory_for_stacks_and_goes_on) {
  if (replaces_the_allocator) GTEST_SKIP() << "a sanitizer's shadow needs the address space";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_a_graph_out_of_memory(), testing::ExitedWithCode(0), "");
}

TEST(stackful, refuses_stacks_that_hold_no_unit_that_works) {
  EXPECT_THROW(stackful({.bytes = 512}, {}), not_supported);
  EXPECT_THROW(stackful::run_ring({.bytes = 512}, {}, {.units = 2, .by = handover::yield}), not_supported);
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

TEST(stackful_idle, keeps_units_alive_on_each_kind_of_stack_that_they_fit_and_leaves_their_canaries_whole) {
  std::uint64_t const many = test_units(2048);
  for (auto const& way : stackful::variants()) {
    SCOPED_TRACE(way.label);
    unit_arrivals arrivals;
    try {
      stackful::idle units(way.options, arrivals, many, 0);
      units.grow_to(many);
      units.release();
    } catch (not_supported const& refused) {
      EXPECT_GT(stackful::idle::own_bytes(), way.options.bytes) << refused.what();
      continue;
    }
    EXPECT_EQ(arrivals.count.load(), many);
  }
}

TEST(stackful_idle, declines_a_stack_too_small_for_its_own_frames) {
  unit_arrivals arrivals;
  EXPECT_THROW(stackful::idle({.bytes = 128}, arrivals, 4, 0), not_supported);
  EXPECT_THROW(stackful::idle({.bytes = 4096}, arrivals, 4, 4000), not_supported);
}

TEST(stackful_idle, declines_to_touch_more_than_its_stack) {
  EXPECT_EQ(stackful::idle::refusal({.bytes = 128 * 1024}, 64 * 1024), "");
  EXPECT_NE(stackful::idle::refusal({.bytes = 16 * 1024}, 64 * 1024), "");
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
