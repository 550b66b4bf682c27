// pool_full: what happens to who gives a pool more than it has room for.
//
// A burst of tasks, planned faster than two workers run them, is given to a pool whose queue has room for eight. Its
// giver has to wait; the next tasks are late by that before they are even given.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/kernel_iteration.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/pools/planned_tasks.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info pool_full_info{
    .name = "pool_full",
    .question = "How long does a task wait that comes while a bounded pool is full?",
    .from = "the time for which a task was planned (waits); the giver's call (given waits, giving)",
    .to = "the task's first instruction; the call's return (giving)",
    .unit = "ns",
    .method =
        "open loop: 2,000 tasks of 50 us, planned 20 us apart, given by one thread to two workers behind a queue for "
        "eight; the second wait leaves out what the giver was held up, as a closed loop would",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/pools/pool_full.hpp"};

inline constexpr std::size_t room_of_a_full_pool = 8;
std::vector<std::int64_t> plan_beyond_room();

/// Proves the work, and that no more tasks waited than there was room for. A worker that has taken a task and not yet
/// said so may hold one more.
void check_pool_full(planned_tasks const& tasks, unsigned workers, harness::measurement& given);
void report_pool_full(planned_tasks const& tasks, harness::measurement& given);

template <class Pool>
void measure_pool_full(harness::measurement& given) {
  constexpr unsigned workers = 2;
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  auto const iterations = static_cast<std::uint64_t>(50'000 / kernel_iteration_ns(cpus));
  planned_tasks tasks(plan_beyond_room(), task_work{.iterations = iterations});
  auto chosen = Pool::placed({.workers = workers, .cpus = cpus});
  chosen.capacity = room_of_a_full_pool;
  Pool pool(chosen);
  tasks.play(runtime::sleep_until, [&pool](planned_task body) { pool.apply_async(body); });
  pool.close();
  pool.join();
  check_pool_full(tasks, workers, given);
  report_pool_full(tasks, given);
}

template <class Model>
void add_pool_full_cases(harness::registry& all) {
  if constexpr (requires { typename Model::verbs; }) {
    auto one =
        case_of<Model>(pool_full_info, "burst", joined("room:" + std::to_string(room_of_a_full_pool), "workers:2"),
                       harness::profile::standard);
    one.cpus_used = 2;
    one.run = measure_pool_full<typename Model::verbs>;
    all.add(one);
  }
}

}  // namespace unitcost::measures
