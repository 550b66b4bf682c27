// throughput: units per second of a whole task graph, and its speed-up over serial.
//
// The same graph under every model; the model serial, whose units are plain calls, runs it in the same process before
// and after, so that the ratio is taken inside one repetition and a drift of the machine touches both. Every run of the
// graph is compared with the oracle.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/graphs/graphs.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/model.hpp"
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

/// Runs the graph `runs` times. The outcome is the expected one only if every run's is. The loop stays beside the
/// model's code: called through a pointer for each run, g++ 12 inlines recursion less deep, and fib by plain calls
/// takes twice as long.
template <class Workload, class Model>
outcome run_often(Model& instance, typename Workload::input const& in, outcome const& expected, std::uint64_t runs) {
  outcome got = expected;
  for (std::uint64_t run = 0; run < runs; ++run) {
    // For all the compiler knows the input changes here: a run that it could foresee would be done once for all.
    asm volatile("" : : "r"(&in) : "memory");
    outcome const one = run_graph<Workload>(instance, in);
    if (!(one == expected)) got = one;  // one wrong run spoils the repetition
  }
  return got;
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

/// The share of a repetition's measuring time that is the model's own, and that of serial, before it and after it.
inline constexpr double model_share = 0.4, serial_share = 0.15;

/// The mean time of one run.
inline double ns_per_run(harness::work_facts const& facts) {
  return facts.elapsed_ns / static_cast<double>(facts.runs);
}

/// Runs a graph so often; see run_often.
using graph_runs = std::function<outcome(std::uint64_t runs)>;

/// `in` and `expected` have to outlive it.
template <class Workload>
graph_runs by_plain_calls(typename Workload::input const& in, outcome const& expected) {
  return [&](std::uint64_t runs) {
    models::serial plain_calls({}, {});
    return run_often<Workload>(plain_calls, in, expected, runs);
  };
}

/// One graph, run and timed under serial, then under a model, then under serial again; each run is checked.
class timed_graph {
 public:
  timed_graph(outcome const& expected, unsigned workers, graph_runs by_plain_calls, harness::measurement& given);
  /// `units_made` is asked when all runs are done.
  void run_model(graph_runs const& by_model, std::function<std::uint64_t()> const& units_made);
  /// After the model is gone.
  void report();

 private:
  harness::work_facts time(graph_runs const& runs, double measuring_share);
  double serial_ns_per_run();

  outcome const expected_;
  graph_runs const by_plain_calls_;
  harness::measurement& given_;
  graph_timing timing_;
  double const serial_before_ns_;
};

template <class Workload, class Model>
void measure_throughput(typename Workload::parameters const& parameters, unsigned workers,
                        harness::measurement& given) {
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  runtime::shared_region const memory(Workload::memory_bytes(parameters));
  auto const in = Workload::prepare(parameters, memory.bytes());
  outcome const expected = Workload::oracle(parameters);
  timed_graph timed(expected, workers, by_plain_calls<Workload>(in, expected), given);
  {
    Model instance(Model::variants().front().options, {.workers = workers, .cpus = cpus});
    timed.run_model([&](std::uint64_t runs) { return run_often<Workload>(instance, in, expected, runs); },
                    [&] { return instance.units_made(); });
  }
  if constexpr (requires { Model::frame_memory_bytes(); }) report_frame_memory(Model::frame_memory_bytes(), given);
  timed.report();
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

/// A graph by its words, whatever runs it.
struct graph_description {
  std::string_view workload;
  std::string label;
  harness::profile least;
  bool headline, every_call_spawned, compares_runtimes;
};

/// One copy for all models: the strings of a label are some KB of code.
template <class Workload>
[[gnu::noinline]] graph_description described(graph<Workload> const& each) {
  return {.workload = Workload::name,
          .label = Workload::label(each.parameters),
          .least = each.least,
          .headline = each.headline,
          .every_call_spawned = spawns_every_call(each.parameters),
          .compares_runtimes = compares_runtimes<Workload>(each.parameters)};
}

/// What every throughput case of a graph has, whatever runs it, by `of_several` numbers of workers; still without model
/// and function.
harness::benchmark_case throughput_case(graph_description const& of, unsigned workers, bool of_several);

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

/// A case for each number of workers, skipped where the model cannot run the graph.
void add_graph_cases(harness::registry& all, graph_description const& of, graph_runner const& runner,
                     std::function<void(unsigned workers, harness::measurement&)> const& run);

template <class Workload, class Model>
void add_throughput_cases(harness::registry& all) {
  for (auto const& each : graphs<Workload>()) {
    std::function<void(unsigned, harness::measurement&)> run = [](unsigned, harness::measurement&) {};
    if constexpr (why_not_run<Workload, Model>().empty())
      run = [parameters = each.parameters](unsigned workers, harness::measurement& given) {
        measure_throughput<Workload, Model>(parameters, workers, given);
      };
    add_graph_cases(all, described(each), graph_runner_of<Workload, Model>(), run);
  }
}

}  // namespace unitcost::measures
