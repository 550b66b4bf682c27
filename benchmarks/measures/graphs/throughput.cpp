#include "benchmarks/measures/graphs/throughput.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/contenders/contender_throughput.hpp"
#include "impl/all.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::measures {

using harness::direction;

void report_rate(double graph_ns, std::uint64_t graph_units, std::uint64_t runs, std::string const& source,
                 harness::measurement& given) {
  auto const units = static_cast<double>(graph_units);
  given.report(
      {.name = "ns_per_unit", .label = "time per unit", .value = graph_ns / units, .unit = "ns", .samples = runs},
      source);
  given.report({.name = "units_per_second",
                .label = "throughput",
                .value = units / graph_ns * 1e9,
                .unit = "1/s",
                .better = direction::greater,
                .samples = runs,
                .derived_from = "ns_per_unit",
                .headline = true},
               source);
}

void report_throughput(graph_timing const& timing, harness::measurement& given) {
  std::string const source = "CLOCK_MONOTONIC, mean over the loop";
  double const speedup = timing.serial_ns / timing.graph_ns;
  report_rate(timing.graph_ns, timing.units, timing.runs, source, given);
  auto report = [&](harness::metric what) {
    what.samples = timing.runs;
    given.report(std::move(what), source);
  };
  report({.name = "speedup",
          .label = "speed-up over serial",
          .value = speedup,
          .unit = "1",
          .better = direction::greater});
  report({.name = "efficiency",
          .label = "speed-up per worker",
          .value = speedup / timing.workers,
          .unit = "1",
          .better = direction::greater,
          .derived_from = "speedup"});
  given.note(
      fmt::format("of the graph's {} units a run makes {}; the others run in place", timing.units, timing.units_made));
}

void report_frame_memory(std::uint64_t bytes, harness::measurement& given) {
  given.report({.name = "frame_memory_bytes",
                .label = "memory of frames, at most",
                .value = static_cast<double>(bytes),
                .unit = "bytes"},
               "counted by the frame allocator, each thread's most added up");
}

timed_graph::timed_graph(outcome const& expected, unsigned workers, graph_runs by_plain_calls,
                         harness::measurement& given)
    : expected_(expected),
      by_plain_calls_(std::move(by_plain_calls)),
      given_(given),
      timing_{.units = expected.units, .workers = workers},
      serial_before_ns_(serial_ns_per_run()) {}

void timed_graph::run_model(graph_runs const& by_model, std::function<std::uint64_t()> const& units_made) {
  auto const facts = time(by_model, model_share);
  given_.tell(facts);
  timing_.graph_ns = ns_per_run(facts);
  timing_.runs = facts.runs;
  timing_.units_made = units_made();
}

void timed_graph::report() {
  timing_.serial_ns = (serial_before_ns_ + serial_ns_per_run()) / 2;
  report_throughput(timing_, given_);
}

harness::work_facts timed_graph::time(graph_runs const& runs, double measuring_share) {
  outcome got = expected_;
  auto const loop = given_.time_loop(given_.measuring_s() * measuring_share, [&](std::uint64_t count) {
    std::int64_t const begun = runtime::now_ns();
    outcome const one = runs(count);
    std::int64_t const elapsed_ns = runtime::now_ns() - begun;
    if (!(one == expected_)) got = one;
    return elapsed_ns;
  });
  given_.check(got.units, expected_.units, got.checksum, expected_.checksum);
  return {got.units, got.checksum, loop.iterations, loop.elapsed_ns};
}

double timed_graph::serial_ns_per_run() { return ns_per_run(time(by_plain_calls_, serial_share)); }

namespace {

/// The smallest profile that holds what one worker makes of a graph, where there are several: standard of the headline
/// and of what compares runtimes, full of the others.
harness::profile least_on_one_worker(graph_description const& of) {
  bool const in_standard = of.headline || of.compares_runtimes;
  return std::max(of.least, in_standard ? harness::profile::standard : harness::profile::full);
}

/// Names the case after the model; skips it where the model cannot run the graph.
void assign(harness::benchmark_case& one, graph_description const& of, graph_runner const& runner) {
  one.model = runner.model;
  one.model_file = file_of(runner.model);
  if (!runner.why_none.empty())
    one.skip_reason = runner.why_none;
  else if (of.every_call_spawned && !runner.abilities.every_call_a_unit)
    one.skip_reason = one.model + " cannot make every call a unit: its units are too dear or too few";
  else if (one.cpus_used > 1 && !runner.abilities.parallel)
    one.skip_reason = one.model + " runs one unit at a time";
  // Of workers that wait for a unit themselves quick has one graph.
  bool const helps = runner.abilities.parallel && !runner.abilities.waits_without_worker;
  if (!one.skip_reason.empty() || (helps && of.every_call_spawned))
    one.least = std::max(one.least, harness::profile::standard);
  hold_short_if_late(one, of.compares_runtimes);
}

}  // namespace

harness::benchmark_case throughput_case(graph_description const& of, unsigned workers, bool of_several) {
  harness::benchmark_case one;
  one.measure = &throughput_info;
  one.workload = of.workload;
  one.label = joined(of.label, "workers:" + std::to_string(workers));
  one.least = workers == 1 && of_several ? least_on_one_worker(of) : of.least;
  one.headline = of.headline && workers == 2;
  one.cpus_used = workers;
  one.prediction_factor = 1.1;
  one.facts_share = model_share;
  return one;
}

void add_graph_cases(harness::registry& all, graph_description const& of, graph_runner const& runner,
                     std::function<void(unsigned workers, harness::measurement&)> const& run) {
  auto const& numbers = all.settings().workers;
  for (unsigned workers : numbers) {
    auto one = throughput_case(of, workers, runner.abilities.parallel && numbers.size() > 1);
    assign(one, of, runner);
    one.run = [run, workers](harness::measurement& given) { run(workers, given); };
    all.add(one);
  }
}

void add_throughput(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() {
    workloads::for_each_workload(workloads::cpu_workloads{},
                                 [&]<class Workload>() { add_throughput_cases<Workload, Model>(all); });
  });
  add_contender_throughput(all);
}

}  // namespace unitcost::measures
