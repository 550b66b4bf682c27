// throughput: units per second of a whole task graph, and its speed-up over serial.
//
// The same graph under every model; the model serial, whose units are plain calls, runs it in the same process before
// and after, so that the ratio is taken inside one repetition and a drift of the machine touches both. Every run of the
// graph is compared with the oracle.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/graphs/graphs.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"
#include "impl/serial/serial.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info throughput_info{
    .name = "throughput",
    .question = "How many units of this task graph per second, and how much faster than plain calls?",
    .from = "the root unit is handed to the model, whose workers exist and are idle",
    .to = "the root has returned, all units being joined",
    .unit = "units per second, ns per unit; speed-up and efficiency as plain numbers",
    .method =
        "mean over the runs of the graph that Google Benchmark's iteration control asks for; speed-up "
        "= the time of "
        "the same "
        "graph under serial, in the same process before and after, / this time; nothing is subtracted",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/graphs/throughput.hpp"};

/// Runs the graph once.
template <class Workload, class Model>
outcome run_graph(Model& instance, typename Workload::input const& in) {
  if constexpr (awaited_model<Model>)
    return instance.run(Workload::template awaited<Model>(in));
  else
    return instance.run([in](auto& context) { return Workload::direct(context, in); });
}

/// Times runs of the graph for some `measuring_s`; each run is checked.
template <class Workload, class Model>
harness::work_facts time_graph(Model& instance, typename Workload::input const& in, outcome const& expected,
                               double measuring_s, harness::measurement& given) {
  outcome got = expected;
  auto const loop = given.time_loop(measuring_s, [&](std::uint64_t runs) {
    std::int64_t const begun = runtime::now_ns();
    for (std::uint64_t run = 0; run < runs; ++run) {
      // For all the compiler knows the input changes here: a run that it could foresee would be done once for all.
      asm volatile("" : : "r"(&in) : "memory");
      outcome const one = run_graph<Workload>(instance, in);
      if (!(one == expected)) got = one;  // one wrong run spoils the repetition
    }
    return runtime::now_ns() - begun;
  });
  given.check(got.units, expected.units, got.checksum, expected.checksum);
  return {got.units, got.checksum, loop.iterations, loop.elapsed_ns};
}

/// What is known of one graph's runs.
struct graph_timing {
  double graph_ns = 0, serial_ns = 0;
  std::uint64_t units = 0;       ///< of the graph
  std::uint64_t units_made = 0;  ///< not elided, in the last run
  unsigned workers = 1;
  std::uint64_t runs = 0;
};

/// The metrics of one graph.
void report_throughput(graph_timing const& timing, harness::measurement& given);

/// Those of them that need no serial run beside: a contender has none.
void report_rate(double graph_ns, std::uint64_t units, std::uint64_t runs, std::string const& source,
                 harness::measurement& given);

/// What the frames of all runs took, in models that have frames of their own.
void report_frame_memory(std::uint64_t bytes, harness::measurement& given);

/// The share of a repetition's measuring time that is the model's own; the rest is serial's.
inline constexpr double model_share = 0.4;

/// The mean time of one run.
inline double ns_per_run(harness::work_facts const& facts) {
  return facts.elapsed_ns / static_cast<double>(facts.runs);
}

template <class Workload, class Model>
void measure_throughput(typename Workload::parameters const& parameters, unsigned workers,
                        harness::measurement& given) {
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  runtime::shared_region const memory(Workload::memory_bytes(parameters));
  auto const in = Workload::prepare(parameters, memory.bytes());
  outcome const expected = Workload::oracle(parameters);
  models::serial plain_calls({}, {});
  auto const serial_ns = [&] {
    return ns_per_run(time_graph<Workload>(plain_calls, in, expected, given.measuring_s() * 0.15, given));
  };

  double const serial_before_ns = serial_ns();
  graph_timing timing{.units = expected.units, .workers = workers};
  {
    Model instance(Model::variants().front().options, {.workers = workers, .cpus = cpus});
    auto const facts = time_graph<Workload>(instance, in, expected, given.measuring_s() * model_share, given);
    given.tell(facts);
    timing.graph_ns = ns_per_run(facts);
    timing.runs = facts.runs;
    timing.units_made = instance.units_made();
  }
  if constexpr (requires { Model::frame_memory_bytes(); }) report_frame_memory(Model::frame_memory_bytes(), given);
  timing.serial_ns = (serial_before_ns + serial_ns()) / 2;
  report_throughput(timing, given);
}

/// grain has no spawn depth: its units are always spawned.
template <class Parameters>
bool spawns_every_call(Parameters const& parameters) {
  if constexpr (requires { parameters.spawn_depth; })
    return parameters.spawn_depth == every_call;
  else
    return false;
}

/// fib and skynet, nothing but units: what fork-join runtimes compare each other by.
template <class Workload>
bool compares_runtimes(typename Workload::parameters const& parameters) {
  return spawns_every_call(parameters) &&
         (std::is_same_v<Workload, workloads::fib> || std::is_same_v<Workload, workloads::skynet>);
}

/// The smallest profile that holds what one worker makes of a graph, where there are several: standard of the headline
/// and of what compares runtimes, full of the others.
template <class Workload>
harness::profile least_on_one_worker(graph<Workload> const& each) {
  bool const in_standard = each.headline || compares_runtimes<Workload>(each.parameters);
  return std::max(each.least, in_standard ? harness::profile::standard : harness::profile::full);
}

/// What every throughput case of `each` graph has, whatever runs it; still without model and function.
template <class Workload>
harness::benchmark_case throughput_case(graph<Workload> const& each, unsigned workers, bool of_several) {
  harness::benchmark_case one;
  one.measure = &throughput_info;
  one.workload = Workload::name;
  one.label = joined(Workload::label(each.parameters), "workers:" + std::to_string(workers));
  one.least = workers == 1 && of_several ? least_on_one_worker(each) : each.least;
  one.headline = each.headline && workers == 2;
  one.cpus_used = workers;
  one.prediction_factor = 1.1;
  one.facts_share = model_share;
  return one;
}

/// What decides whether a model can run a graph.
struct graph_runner {
  std::string_view model;
  capabilities abilities;
  std::string_view why_none;  ///< not empty: no graph at all, or not this one
};

/// grain is waves of units, none of which forks.
template <class Workload, class Model>
constexpr std::string_view why_not_run() {
  return std::is_same_v<Workload, workloads::grain> ? why_no_graph<Model>() : why_no_unit_forks<Model>();
}

template <class Workload, class Model>
graph_runner graph_runner_of() {
  return {.model = Model::name, .abilities = Model::abilities, .why_none = why_not_run<Workload, Model>()};
}

/// Names the case after the model; skips it where the model cannot run the graph.
void assign(harness::benchmark_case& one, graph_runner const& runner, bool every_call_spawned, bool compared);

template <class Workload, class Model>
void add_throughput_cases(harness::registry& all) {
  for (auto const& each : graphs<Workload>()) {
    for (unsigned workers : all.settings().workers) {
      auto one = throughput_case(each, workers, Model::abilities.parallel && all.settings().workers.size() > 1);
      assign(one, graph_runner_of<Workload, Model>(), spawns_every_call(each.parameters),
             compares_runtimes<Workload>(each.parameters));
      one.run = [](harness::measurement&) {};
      if constexpr (why_not_run<Workload, Model>().empty())
        one.run = [parameters = each.parameters, workers](harness::measurement& given) {
          measure_throughput<Workload, Model>(parameters, workers, given);
        };
      all.add(one);
    }
  }
}

}  // namespace unitcost::measures
