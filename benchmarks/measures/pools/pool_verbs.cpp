#include "benchmarks/measures/pools/pool_verbs.hpp"

#include <stdexcept>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/pools/pool_endings.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

std::string_view to_string(pool_verb verb) {
  switch (verb) {
    case pool_verb::apply:
      return "apply";
    case pool_verb::apply_async:
      return "apply_async";
    case pool_verb::map:
      return "map";
    case pool_verb::completions:
      return "completions";
  }
  throw std::invalid_argument("no verb of a pool");
}

task_sum expected_of_group(std::uint64_t iterations) {
  task_sum sum;
  for (std::uint64_t seed = 1; seed <= tasks_of_a_group; ++seed) sum.add(workloads::grain::kernel(seed, iterations));
  return sum;
}

void report_pool_verb(double task_ns, double kernel_ns, std::uint64_t tasks, harness::measurement& given) {
  std::string const source = "CLOCK_MONOTONIC, median of stretches of the loop";
  given.report({.name = "ns_per_task",
                .label = "time per task of 10 us",
                .value = task_ns,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = tasks,
                .headline = true},
               source);
  given.report({.name = "kernel_time_ratio",
                .label = "time of the kernel alone / time per task",
                .value = kernel_ns / task_ns,
                .unit = "1",
                .better = harness::direction::greater,
                .samples = tasks,
                .derived_from = "ns_per_task"},
               source);
}

void add_pool_verbs(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() {
    add_pool_verb_cases<Model>(all);
    add_pool_ending_cases<Model>(all);
  });
}

}  // namespace unitcost::measures
