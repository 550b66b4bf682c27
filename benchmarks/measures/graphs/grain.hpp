// grain: the shortest task that is still worth a unit.
//
// METG(50 %), the minimum effective task granularity: the task length at which a model still does useful work at half
// of the rate that its workers could reach without it (Slaughter et al., "Task Bench", SC20). Waves of 16 units run a
// kernel of known length, as many waves as make the hand-in of the root negligible; the crossing is searched for among
// lengths that double, from a quarter of what an empty task costs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/graphs/crossing_search.hpp"
#include "benchmarks/measures/graphs/throughput.hpp"
#include "benchmarks/measures/kernel_iteration.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "workloads/cpu/grain.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info grain_info{
    .name = "grain",
    .question = "How long must a task be for the model to be half as good as no model at all?",
    .from = "the root unit is handed to the model",
    .to = "the last wave of 16 units is joined",
    .unit = "ns, the length of a task",
    .method =
        "efficiency = kernel time x units / (elapsed x workers), the kernel timed in the same process with all CPUs "
        "busy; "
        "lengths double, from a quarter of an empty task's cost, until it exceeds 60 %, median of three runs each; the "
        "two around the last crossing of 50 % are run six times more, and it is interpolated in log(length)",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/graphs/grain.hpp"};

/// How many times its share of the run a search may take: tasks of a process are found worth their price at some ms.
inline constexpr double grain_patience = 20;

void report_grain(efficiency_curve const& curve, harness::measurement& given);

/// The task lengths of the search: 6.25 ns and its doublings, from the last that is below `length_ns`. One grid for
/// all, so that repetitions can be laid over each other.
double grid_length_below(double length_ns);

inline constexpr unsigned units_of_a_wave = 16;

/// What so many waves come to: computed once, since it takes as long as all units one after the other.
class expected_waves {
 public:
  static workloads::grain::parameters parameters(unsigned waves, std::uint64_t iterations) {
    return {.width = units_of_a_wave, .steps = waves, .iterations = iterations};
  }

  outcome const& of(unsigned waves, std::uint64_t iterations) {
    auto const [found, added] = known_.try_emplace({waves, iterations});
    if (added) found->second = workloads::grain::oracle(parameters(waves, iterations));
    return found->second;
  }

 private:
  std::map<std::pair<unsigned, std::uint64_t>, outcome> known_;
};

/// Waves under one model, timed, each run of them checked.
template <class Model>
class timed_waves {
 public:
  timed_waves(Model& instance, expected_waves& expected, harness::measurement& given)
      : instance_(instance), expected_(expected), given_(given) {}

  /// Nanoseconds of one run of so many waves.
  double run_ns(unsigned waves, std::uint64_t iterations) {
    outcome const& expected = expected_.of(waves, iterations);
    std::int64_t const begun = runtime::now_ns();
    outcome const got = run_graph<workloads::grain>(instance_, expected_waves::parameters(waves, iterations));
    auto const elapsed_ns = static_cast<double>(runtime::now_ns() - begun);
    given_.check(got.units, expected.units, got.checksum, expected.checksum);
    return elapsed_ns;
  }

 private:
  Model& instance_;
  expected_waves& expected_;
  harness::measurement& given_;
};

/// How many waves fill `run_ns` when one takes `wave_ns`, 1 to 512: enough for the hand-in of the root not to show.
unsigned waves_in(double run_ns, double wave_ns);

template <class Model>
void measure_grain(unsigned workers, harness::measurement& given) {
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  double const iteration_ns = kernel_iteration_ns(cpus);
  Model instance(Model::variants().front().options, {.workers = workers, .cpus = cpus});
  double const run_ns = given.measuring_s() * 1e9 / 36;  // the first guess, some 6 lengths and the crossing again
  expected_waves expected;
  timed_waves<Model> waves(instance, expected, given);
  // What a wave costs whose tasks do nothing; METG is where the work equals that. The search begins well below.
  unsigned const empty_waves = waves_in(run_ns, waves.run_ns(1, 1));
  double const empty_wave_ns = waves.run_ns(empty_waves, 1) / empty_waves;
  auto const efficiency_of = [&](std::uint64_t iterations) {
    double const possible_ns = static_cast<double>(iterations) * iteration_ns * units_of_a_wave / workers;  // of a wave
    unsigned const count = waves_in(run_ns, empty_wave_ns + possible_ns);
    return possible_ns * count / waves.run_ns(count, iterations);
  };
  auto const give_up_ns = runtime::now_ns() + static_cast<std::int64_t>(given.measuring_s() * grain_patience * 1e9);
  crossing_search search(iteration_ns, efficiency_of, [give_up_ns] { return runtime::now_ns() < give_up_ns; });
  search.begin_with(
      static_cast<std::uint64_t>(grid_length_below(empty_wave_ns * workers / units_of_a_wave / 4) / iteration_ns));
  report_grain(search.curve(), given);
}

template <class Model>
void add_grain_cases(harness::registry& all) {
  // Where a unit takes a millisecond the search takes as long as those of all other models together: not in quick.
  constexpr bool slow = Model::name == "process";
  for (unsigned workers : all.settings().workers) {
    auto one = case_of<Model>(grain_info, "grain", "workers:" + std::to_string(workers),
                              workers == 2 && !slow ? harness::profile::quick : harness::profile::standard);
    one.cpus_used = workers;
    hold_short_if_late(one);
    one.skip_reason = why_no_graph<Model>();
    if (Model::name == "serial") one.skip_reason = "plain code has no units to be worth their price";
    if (!one.skip_reason.empty()) one.least = harness::profile::standard;
    one.prediction_factor = slow ? 11 : 1;
    one.run = [](harness::measurement&) {};
    if constexpr (why_no_graph<Model>().empty())
      one.run = [workers](harness::measurement& given) { measure_grain<Model>(workers, given); };
    all.add(one);
  }
}

}  // namespace unitcost::measures
