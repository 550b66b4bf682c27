// pool_verbs: what a pool's verbs cost, and how much of the workers each puts to use.
//
// The same tasks, a kernel of 10 us each, given one by one to a pool whose workers wait: by apply, which waits for
// each, by apply_async and the handles, by map, and by apply_async and a completion queue.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/kernel_iteration.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/pools/completion_queue.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "workloads/cpu/grain.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info pool_verbs_info{
    .name = "pool_verbs",
    .question = "What does a task cost that is given to a pool by each of its verbs?",
    .from = "the first of 256 tasks is given",
    .to = "the result of the last of them is had",
    .unit = "ns per task",
    .method =
        "median of stretches of groups of 256 tasks, as many as Google Benchmark's iteration control asks for; tasks "
        "at "
        "once = the kernel's time, measured in the same process with all CPUs busy, over the time per task",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/pools/pool_verbs.hpp"};

enum class pool_verb { apply, apply_async, map, completions };
inline constexpr std::array every_pool_verb{pool_verb::apply, pool_verb::apply_async, pool_verb::map,
                                            pool_verb::completions};
std::string_view to_string(pool_verb verb);

/// What a group of tasks came to.
struct task_sum {
  std::uint64_t tasks = 0, checksum = 0;

  void add(std::uint64_t result) {
    ++tasks;
    checksum += result;
  }
  friend bool operator==(task_sum const&, task_sum const&) = default;
};

inline constexpr std::uint64_t tasks_of_a_group = 256;
inline constexpr double pool_task_ns = 10'000;

struct pool_task_body {
  std::uint64_t seed, iterations;
  std::uint64_t operator()() const { return workloads::grain::kernel(seed, iterations); }
};

/// What a group must come to: its tasks have the seeds 1 to 256.
task_sum expected_of_group(std::uint64_t iterations);

/// Gives a group to the pool by the verb and collects all results. `Pool` has the verbs of pools::task_pool.
template <class Pool>
task_sum run_group(Pool& pool, pool_verb verb, std::uint64_t iterations) {
  task_sum sum;
  if (verb == pool_verb::apply) {
    for (std::uint64_t seed = 1; seed <= tasks_of_a_group; ++seed)
      sum.add(pool.apply(pool_task_body{seed, iterations}));
  } else if (verb == pool_verb::map) {
    std::vector<std::uint64_t> seeds(tasks_of_a_group);
    for (std::size_t index = 0; index < seeds.size(); ++index) seeds[index] = index + 1;
    auto const kernel = [iterations](std::uint64_t seed) { return pool_task_body{seed, iterations}(); };
    for (std::uint64_t result : pool.map(seeds, kernel)) sum.add(result);
  } else if (verb == pool_verb::apply_async) {
    std::vector<pools::task_handle<std::uint64_t>> handles;
    handles.reserve(tasks_of_a_group);
    for (std::uint64_t seed = 1; seed <= tasks_of_a_group; ++seed)
      handles.push_back(pool.apply_async(pool_task_body{seed, iterations}));
    for (auto const& each : handles) sum.add(each.get());
  } else {
    pools::completion_queue<std::uint64_t> ended;
    for (std::uint64_t seed = 1; seed <= tasks_of_a_group; ++seed)
      pool.apply_async(pool_task_body{seed, iterations}, ended);
    for (std::uint64_t count = 0; count < tasks_of_a_group; ++count) sum.add(ended.take().get());
  }
  return sum;
}

void report_pool_verb(double task_ns, double kernel_ns, std::uint64_t tasks, harness::measurement& given);

template <class Model>
void measure_pool_verb(pool_verb verb, unsigned workers, harness::measurement& given) {
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  double const iteration_ns = kernel_iteration_ns(cpus);
  auto const iterations = static_cast<std::uint64_t>(pool_task_ns / iteration_ns);
  typename Model::verbs pool(Model::verbs::placed({.workers = workers, .cpus = cpus}));
  task_sum const expected = expected_of_group(iterations);
  auto const loop = given.time_loop(given.measuring_s() / 2, [&](std::uint64_t groups) {
    std::int64_t const begun = runtime::now_ns();
    for (std::uint64_t group = 0; group < groups; ++group) {
      task_sum const got = run_group(pool, verb, iterations);
      given.check(got.tasks, expected.tasks, got.checksum, expected.checksum);
    }
    return runtime::now_ns() - begun;
  });
  report_pool_verb(loop.ns_per_iteration / tasks_of_a_group, static_cast<double>(iterations) * iteration_ns,
                   loop.iterations * tasks_of_a_group, given);
}

/// A model that has no verbs has no case.
template <class Model>
void add_pool_verb_cases(harness::registry& all) {
  if constexpr (requires { typename Model::verbs; }) {
    for (unsigned workers : all.settings().workers)
      for (pool_verb const verb : every_pool_verb) {
        auto one = case_of<Model>(pool_verbs_info, "grain",
                                  joined("verb:" + std::string(to_string(verb)), "workers:" + std::to_string(workers)),
                                  workers == 2 ? harness::profile::standard : harness::profile::full);
        one.cpus_used = workers;
        one.run = [=](harness::measurement& given) { measure_pool_verb<Model>(verb, workers, given); };
        all.add(one);
      }
  }
}

}  // namespace unitcost::measures
