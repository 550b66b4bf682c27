#include "impl/process_pool/process_pool.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "impl/process/unit_crashed.hpp"
#include "tests/unit_budget.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost {
namespace {

using models::process_pool;
using workloads::fib;
using pool_context = process_pool::context;

TEST(process_pool, gives_the_oracles_answer_when_the_client_runs_the_root) {
  fib::parameters const parameters{12, 5};
  for (unsigned workers : {1u, 2u, 4u}) {
    process_pool pool({}, {.workers = workers, .cpus = {}});
    auto const root = [parameters](pool_context& client) { return fib::direct(client, parameters); };
    EXPECT_EQ(pool.run_from_client(root), fib::oracle(parameters));
    EXPECT_EQ(pool.units_made(), 31u) << "one spawned child of each of the 31 inner units, and no root";
  }
}

TEST(process_pool, runs_the_clients_root_in_the_calling_process_and_its_units_in_workers) {
  process_pool pool({}, {.workers = 1, .cpus = {}});
  int const caller = ::getpid();
  bool const as_promised = pool.run_from_client([caller](pool_context& client) {
    int unit = caller;
    pool_context::scope children(client);
    children.spawn(unit, [](pool_context&) { return ::getpid(); });
    children.join();
    return unit != caller && ::getpid() == caller;
  });
  EXPECT_TRUE(as_promised);
}

TEST(process_pool, runs_units_in_place_when_the_queue_is_full) {
  constexpr std::uint64_t units = 2 * processes::task_queue::capacity;
  process_pool pool({}, {.workers = 2, .cpus = {}});
  std::uint64_t const sum = pool.run([](pool_context& root) {
    std::array<std::uint64_t, units> results{};
    pool_context::scope children(root);
    for (auto& result : results) children.spawn(result, [](pool_context&) { return std::uint64_t{1}; });
    children.join();
    std::uint64_t total = 0;
    for (std::uint64_t result : results) total += result;
    return total;
  });
  EXPECT_EQ(sum, units);
  EXPECT_LE(pool.units_made(), units + 1);
}

TEST(process_pool, bears_every_call_as_a_unit_although_it_does_not_advertise_it) {
  fib::parameters const parameters{test_units(16) == 16 ? 16u : 10u, every_call};
  process_pool pool({}, {.workers = 2, .cpus = {}});
  EXPECT_EQ(pool.run([parameters](pool_context& root) { return fib::direct(root, parameters); }),
            fib::oracle(parameters));
}

TEST(process_pool, tells_the_client_of_a_worker_that_died_under_its_join) {
  process_pool pool({}, {.workers = 2, .cpus = {}});
  auto const root = [](pool_context& client) {
    int result = 0;
    pool_context::scope children(client);
    children.spawn(result, [](pool_context&) { return ::raise(SIGKILL); });
    children.join();
    return result;
  };
  EXPECT_THROW(pool.run_from_client(root), unit_crashed);
  EXPECT_EQ(pool.run([](pool_context&) { return 42; }), 42);
}

TEST(process_pool, pins_worker_k_to_the_cpu_of_the_placement) {
  process_pool pool({}, {.workers = 1, .cpus = {0}});
  EXPECT_EQ(pool.run([](pool_context&) { return ::sched_getcpu(); }), 0);
}

TEST(process_pool, refuses_a_placement_on_a_cpu_that_is_not_there) {
  EXPECT_THROW(process_pool({}, {.workers = 1, .cpus = {CPU_SETSIZE - 1}}), unit_crashed);
}

TEST(process_pool, refuses_a_ring_that_its_queue_cannot_hold) {
  EXPECT_THROW(process_pool::run_ring({}, {}, {.units = processes::task_queue::capacity + 1}), limit_reached);
}

}  // namespace
}  // namespace unitcost
