#include "impl/stackless/stackless.hpp"

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <new>
#include <numeric>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "tests/impl/arrival_checksum.hpp"
#include "tests/unit_budget.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost::models {
namespace {

template <class T>
using task = stackless::task<T>;
using stackless_runtime::frames_alive;
using workloads::fib;

class stackless_on_workers : public testing::TestWithParam<unsigned> {
 protected:
  placement where() const { return {GetParam(), {}}; }
};
INSTANTIATE_TEST_SUITE_P(workers, stackless_on_workers, testing::Values(1u, 2u, 4u));

task<std::uint64_t> identity(std::uint64_t value) { co_return value; }

task<std::uint64_t> flat_sum(std::uint64_t children) {
  std::vector<std::uint64_t> results(children);
  for (std::uint64_t index = 0; index < children; ++index)
    co_await stackless::spawn(results[index], identity(index + 1));
  co_await stackless::join();
  co_return std::accumulate(results.begin(), results.end(), std::uint64_t{0});
}

task<std::uint64_t> chain_of_calls(std::uint64_t depth) {
  if (depth == 0) co_return 0;
  std::uint64_t below = 0;
  co_await stackless::call(below, chain_of_calls(depth - 1));
  co_return below + 1;
}

task<std::uint64_t> failing(std::uint64_t depth) {
  if (depth == 0) throw std::bad_alloc();
  std::uint64_t left = 0, right = 0;
  co_await stackless::spawn(left, failing(depth - 1));
  co_await stackless::spawn(right, identity(depth));
  co_await stackless::join();
  ADD_FAILURE() << "a parent went on after its child had failed";
  co_return left + right;
}

/// Leaves by an exception while its children may still write into its frame.
task<std::uint64_t> failing_beside_its_children() {
  std::uint64_t results[8] = {};
  for (auto& result : results) co_await stackless::spawn(result, chain_of_calls(100));
  throw std::runtime_error("planted");
}

TEST_P(stackless_on_workers, computes_fib_with_every_call_a_unit) {
  stackless model({}, where());
  fib::parameters const parameters{test_units(22) == 22 ? 22u : 16u, every_call};
  for (int repetition = 0; repetition < 20; ++repetition) {
    outcome const expected = fib::oracle(parameters);
    EXPECT_EQ(model.run(fib::awaited<stackless>(parameters)), expected);
    EXPECT_EQ(model.units_made(), expected.units);
  }
}

TEST_P(stackless_on_workers, computes_fib_with_units_down_to_a_depth) {
  stackless model({}, where());
  for (unsigned depth : {0u, 1u, 3u, 8u}) {
    fib::parameters const parameters{18, depth};
    EXPECT_EQ(model.run(fib::awaited<stackless>(parameters)), fib::oracle(parameters));
    EXPECT_EQ(model.units_made(), fib::oracle(parameters).units);
  }
}

TEST_P(stackless_on_workers, joins_ten_thousand_children_of_one_unit) {
  stackless model({}, where());
  for (int repetition = 0; repetition < 10; ++repetition) {
    EXPECT_EQ(model.run(flat_sum(10'000)), 50'005'000u);
    EXPECT_EQ(model.units_made(), 10'000u);
  }
}

TEST_P(stackless_on_workers, grows_no_native_stack_with_the_depth_of_calls) {
  stackless model({}, where());
  std::uint64_t const depth = test_units(1'000'000);
  EXPECT_EQ(model.run(chain_of_calls(depth)), depth);
}

TEST_P(stackless_on_workers, runs_again_after_its_workers_fell_asleep) {
  stackless model({}, where());
  for (int repetition = 0; repetition < 20; ++repetition) {
    EXPECT_EQ(model.run(identity(5)), 5u);
    ::usleep(2000);  // not asserted on: a worker still awake makes the test easier, never wrong
  }
}

TEST_P(stackless_on_workers, throws_from_run_what_left_a_unit) {
  {
    stackless model({}, where());
    for (int repetition = 0; repetition < 50; ++repetition) {
      EXPECT_THROW(model.run(failing(12)), std::bad_alloc);
      EXPECT_THROW(model.run(failing_beside_its_children()), std::runtime_error);
      EXPECT_EQ(model.run(flat_sum(10)), 55u) << "a failed run must not spoil the next";
    }
  }
  EXPECT_EQ(frames_alive(), 0u);
}

TEST_P(stackless_on_workers, frees_every_frame_it_makes) {
  {
    stackless model({}, where());
    model.run(fib::awaited<stackless>({16, every_call}));
    model.run(flat_sum(1000));
  }
  EXPECT_EQ(frames_alive(), 0u);
}

TEST_P(stackless_on_workers, counts_the_frame_of_a_unit_that_nobody_started) {
  auto const made = identity(1);
  EXPECT_EQ(frames_alive(), 1u);
  EXPECT_EQ(stackless({}, where()).run(made), 1u);
  EXPECT_EQ(frames_alive(), 0u);
}

TEST(stackless, says_that_it_cannot_pin_to_a_cpu_that_is_not_there) {
  EXPECT_THROW(stackless({}, {2, {1023}}), std::system_error);
}

TEST(stackless, throws_bad_alloc_from_run_when_memory_ends) {
  if (sanitizer_divisor != 1) GTEST_SKIP() << "sanitizers reserve terabytes of addresses themselves";
  pid_t const child = ::fork();
  if (child == 0) {
    stackless model({}, {1, {}});
    model.run(identity(1));
    rlim_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlim_t const bytes = pages * 4096 + (16u << 20);
    rlimit const limit{bytes, bytes};
    ::setrlimit(RLIMIT_AS, &limit);
    try {
      model.run(chain_of_calls(~std::uint64_t{0}));
    } catch (std::bad_alloc const&) {
      ::_exit(model.run(identity(42)) == 42 ? 0 : 2);
    }
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(stackless_idle, grows_in_steps_and_releases_every_unit) {
  std::uint64_t const many = test_units(10'000);
  unit_arrivals arrivals;
  {
    stackless::idle units({}, arrivals, many, 0);
    for (std::uint64_t const count : {std::uint64_t{2}, std::uint64_t{2}, many}) {
      units.grow_to(count);
      EXPECT_EQ(arrivals.count, count);
      EXPECT_EQ(frames_alive(), count);
    }
    units.release();
    EXPECT_EQ(frames_alive(), 0u);
    units.release();
  }
  EXPECT_EQ(arrivals.checksum, checksum_of_first(many));
}

TEST(stackless_idle, touches_frames_of_the_sizes_it_was_compiled_for_and_no_others) {
  for (std::size_t const bytes : {64u << 10, 256u << 10}) {
    unit_arrivals arrivals;
    stackless::idle units({}, arrivals, 10, bytes);
    units.grow_to(10);
    EXPECT_EQ(arrivals.count, 10u);
  }
  EXPECT_EQ(frames_alive(), 0u);
  unit_arrivals arrivals;
  EXPECT_THROW(stackless::idle({}, arrivals, 10, 4096), not_supported);
}

TEST(stackless_idle, keeps_what_it_touched_resident_while_it_waits) {
  auto const resident_bytes = [] {
    std::uint64_t reserved_pages = 0, resident_pages = 0;
    std::ifstream("/proc/self/statm") >> reserved_pages >> resident_pages;
    return resident_pages * 4096;
  };
  for (std::size_t const bytes : {64u << 10, 256u << 10}) {
    unit_arrivals arrivals;
    stackless::idle units({}, arrivals, 100, bytes);
    ::malloc_trim(0);  // or the units may get memory that is resident since an earlier test
    std::uint64_t const before = resident_bytes();
    units.grow_to(100);
    // Half of it: so may they still, of what is not trimmed.
    EXPECT_GT(resident_bytes() - before, 100 * bytes / 2) << "touch " << bytes;
  }
}

TEST(stackless_ring, grows_no_native_stack_and_frees_every_frame) {
  for (handover const by : stackless::handovers()) {
    std::uint64_t const rounds = test_units(1000);
    ring_outcome const outcome = stackless::run_ring({}, {}, {1024, rounds, by});
    EXPECT_EQ(outcome.switches, 1024 * rounds);
    EXPECT_EQ(outcome.out_of_order, 0u);
  }
  EXPECT_EQ(frames_alive(), 0u);
}

}  // namespace
}  // namespace unitcost::models
