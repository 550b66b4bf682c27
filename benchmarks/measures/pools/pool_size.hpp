// pool_size: how many threads a pool should have, by the share of its time that a task waits.
//
// A rule of thumb says CPUs / (1 - share). The same tasks, of 1 ms each of which a share is waiting, are run by pools
// of one thread and more.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <latch>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/kernel_iteration.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/pools/planned_tasks.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info pool_size_info{
    .name = "pool_size",
    .question = "How many workers does a pool need whose tasks wait for a share of their time?",
    .from = "the first task is given to a pool that is there",
    .to = "the last task has ended",
    .unit = "workers; tasks per second",
    .method =
        "eight tasks a worker, sixteen at least, all given at once to pools of 1, 2, 3, 4, 6, 8, 12 … workers on two "
        "CPUs, up to three times the rule; the best is the smallest whose rate is within 5 % of the highest",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/pools/pool_size.hpp"};

/// (workers, tasks per second), by rising workers.
using rate_curve = std::vector<std::pair<double, double>>;

/// The smallest pool whose rate is within 5 % of the highest.
double best_size(rate_curve const& curve);

/// CPUs / (1 - share).
constexpr double size_by_rule(unsigned cpus, unsigned waiting_percent) {
  return cpus * 100.0 / (100 - waiting_percent);
}

/// Octaves and their halves to three times the rule, to eight at least.
std::vector<unsigned> sizes_to_try(double rule);

void report_pool_size(rate_curve const& curve, double rule, harness::measurement& given);

template <class Pool>
void measure_pool_size(unsigned waiting_percent, harness::measurement& given) {
  constexpr std::int64_t task_ns = 1'000'000;
  auto const cpus = given.first_cpus(2);
  runtime::confine_to(cpus);
  std::int64_t const wait_ns = task_ns * waiting_percent / 100;
  auto const iterations =
      static_cast<std::uint64_t>(static_cast<double>(task_ns - wait_ns) / kernel_iteration_ns(cpus));
  double const rule = size_by_rule(2, waiting_percent);
  rate_curve curve;
  for (unsigned const workers : sizes_to_try(rule)) {
    std::size_t const count = std::max<std::size_t>(std::size_t{8} * workers, 16);
    planned_tasks tasks(std::vector<std::int64_t>(count), task_work{.iterations = iterations, .wait_ns = wait_ns});
    auto chosen = Pool::placed({.workers = workers, .cpus = {}});
    chosen.capacity = count;
    Pool pool(chosen);
    // All workers are there before the first task: as many wait for each other as there are.
    std::latch all(workers + 1);
    for (unsigned worker = 0; worker < workers; ++worker) pool.apply_async([&all] { all.arrive_and_wait(); });
    all.arrive_and_wait();
    tasks.play(runtime::sleep_until, [&pool](planned_task body) { pool.apply_async(body); });
    pool.close();
    pool.join();
    tasks.check(given);
    curve.emplace_back(
        workers, static_cast<double>(count) / (static_cast<double>(tasks.last_end_ns() - tasks.begun_ns()) * 1e-9));
  }
  report_pool_size(curve, rule, given);
}

template <class Model>
void add_pool_size_cases(harness::registry& all) {
  // Processes would be dealt with in the same way, at a hundred times the price of making them.
  if constexpr (requires { typename Model::verbs; } && Model::abilities.shares_memory)
    for (unsigned const percent : {0u, 50u, 75u, 90u, 99u}) {
      auto one = case_of<Model>(pool_size_info, "mixed", "waiting_percent:" + std::to_string(percent),
                                harness::profile::standard);
      one.cpus_used = 2;
      one.prediction_factor = percent == 99 ? 2 : 1;
      one.run = [percent](harness::measurement& given) { measure_pool_size<typename Model::verbs>(percent, given); };
      all.add(one);
    }
}

}  // namespace unitcost::measures
