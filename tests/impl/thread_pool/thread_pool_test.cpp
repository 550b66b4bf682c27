#include "impl/thread_pool/thread_pool.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <thread>
#include <vector>

#include "impl/runtime/shared_region.hpp"
#include "tests/unit_budget.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost::models {
namespace {

using workloads::fib;
using context = thread_pool::context;

outcome run_fib(thread_pool& pool, fib::parameters const& parameters) {
  return pool.run([parameters](context& root) { return fib::direct(root, parameters); });
}

std::uint64_t flat_fork(context& root, std::uint64_t units) {
  std::vector<std::uint64_t> results(units);
  context::scope children(root);
  for (std::uint64_t index = 0; index < units; ++index)
    children.spawn(results[index], [index](context&) { return index + 1; });
  children.join();
  std::uint64_t sum = 0;
  for (std::uint64_t const each : results) sum += each;
  return sum;
}

class thread_pool_of : public testing::TestWithParam<unsigned> {
 protected:
  thread_pool pool_{{}, {.workers = GetParam(), .cpus = {}}};
};
INSTANTIATE_TEST_SUITE_P(workers, thread_pool_of, testing::Values(1u, 2u, 4u));

TEST_P(thread_pool_of, computes_what_the_oracle_says) {
  for (unsigned const spawn_depth : {0u, 3u, every_call}) {
    fib::parameters const parameters{.n = test_units(16) < 16 ? 12u : 18u, .spawn_depth = spawn_depth};
    EXPECT_EQ(run_fib(pool_, parameters), fib::oracle(parameters));
  }
}

TEST_P(thread_pool_of, computes_the_same_for_a_client_that_only_waits) {
  fib::parameters const parameters{.n = 14, .spawn_depth = 5};
  outcome const computed =
      pool_.run_from_client([parameters](context& client) { return fib::direct(client, parameters); });
  EXPECT_EQ(computed, fib::oracle(parameters));
}

TEST_P(thread_pool_of, runs_each_unit_of_a_flat_fork_once) {
  constexpr std::uint64_t units = test_units(20'000);
  auto const forked = [](context& root) { return flat_fork(root, units); };
  EXPECT_EQ(pool_.run(forked), units * (units + 1) / 2);
  EXPECT_EQ(pool_.units_made(), units + 1);
  EXPECT_EQ(pool_.run_from_client(forked), units * (units + 1) / 2);
  EXPECT_EQ(pool_.units_made(), units);
}

TEST_P(thread_pool_of, serves_again_after_having_slept) {
  for (std::uint64_t run = 0; run < test_units(500); ++run)
    EXPECT_EQ(pool_.run([run](context& root) { return flat_fork(root, run % 4); }), (run % 4) * (run % 4 + 1) / 2);
}

/// A recursion whose units now and then give their CPU away: the interleaving in which help with tasks that are not
/// deeper would pile subtree on subtree. Returns the most units of it that ever lay on one worker's stack.
struct stack_depth_probe {
  inline static thread_local unsigned stacked = 0;
  inline static thread_local unsigned leaves = 0;
  inline static std::atomic<unsigned> most{0};

  static std::uint64_t branch(context& on, unsigned n) {
    ++stacked;
    for (unsigned seen = most; stacked > seen && !most.compare_exchange_weak(seen, stacked);) {
    }
    std::uint64_t left = 1, right = 0;
    if (n < 2) {
      if (++leaves % 5 == 0) ::sched_yield();
    } else {
      context::scope children(on);
      children.spawn(left, [n](context& child) { return branch(child, n - 1); });
      children.call(right, [n](context& child) { return branch(child, n - 2); });
      children.join();
    }
    --stacked;
    return left + right;
  }
};

TEST_P(thread_pool_of, holds_no_more_units_on_a_stack_than_the_graph_is_deep) {
  constexpr unsigned n = test_units(16) < 16 ? 14u : 20u;
  stack_depth_probe::most = 0;
  pool_.run([](context& root) { return stack_depth_probe::branch(root, n); });
  EXPECT_LE(stack_depth_probe::most, n);
}

TEST_P(thread_pool_of, runs_units_on_workers_and_the_clients_root_on_the_client) {
  unsigned const workers = GetParam();
  EXPECT_LT(pool_.run([](context& root) { return root.worker; }), workers);
  EXPECT_TRUE(pool_.run_from_client([](context& client) { return client.worker == context::no_worker; }));
}

TEST(thread_pool, serves_several_clients_at_once) {
  thread_pool pool({}, {.workers = 2, .cpus = {}});
  std::atomic<unsigned> right{0};
  {
    std::vector<std::jthread> clients;
    for (int client = 0; client < 4; ++client)
      clients.emplace_back([&] {
        for (int request = 0; request < 50; ++request)
          right += pool.run([](context& root) { return flat_fork(root, 5); }) == 15;
      });
  }
  EXPECT_EQ(right, 200u);
}

TEST(thread_pool, refuses_to_be_without_workers_or_on_a_cpu_that_is_not_there) {
  EXPECT_THROW(thread_pool({}, {.workers = 0, .cpus = {}}), not_supported);
  EXPECT_THROW(thread_pool({}, {.workers = 2, .cpus = {CPU_SETSIZE - 1}}), std::system_error);
}

TEST(thread_pool, brings_an_exception_of_the_root_to_its_caller_after_the_children_ended) {
  thread_pool pool({}, {.workers = 2, .cpus = {}});
  std::atomic<bool> child_ended{false};
  auto const failing = [&child_ended](context& root) -> bool {
    bool result = false;
    context::scope children(root);
    children.spawn(result, [&child_ended](context&) { return child_ended = true; });
    throw std::runtime_error("planted");
  };
  EXPECT_THROW(pool.run(failing), std::runtime_error);
  EXPECT_TRUE(child_ended);
  EXPECT_EQ(pool.run([](context& root) { return flat_fork(root, 3); }), 6u);
}

TEST(thread_pool, declines_to_touch_more_than_a_workers_stack) {
  runtime::shared_object<unit_arrivals> arrivals;
  EXPECT_THROW(thread_pool::idle({}, *arrivals, 1, std::size_t{1} << 40), not_supported);
}

}  // namespace
}  // namespace unitcost::models
