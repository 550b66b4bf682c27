#include "benchmarks/measures/graphs/throughput.hpp"

#include <fmt/format.h>

#include <utility>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/graphs/contender_throughput.hpp"
#include "impl/all.hpp"

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

void assign(harness::benchmark_case& one, graph_runner const& runner, bool every_call_spawned, bool compared) {
  one.model = runner.model;
  one.model_file = file_of(runner.model);
  if (!runner.why_none.empty())
    one.skip_reason = runner.why_none;
  else if (every_call_spawned && !runner.abilities.every_call_a_unit)
    one.skip_reason = one.model + " cannot make every call a unit: its units are too dear or too few";
  else if (one.cpus_used > 1 && !runner.abilities.parallel)
    one.skip_reason = one.model + " runs one unit at a time";
  if (!one.skip_reason.empty()) one.least = std::max(one.least, harness::profile::standard);
  hold_short_if_late(one, compared);
}

void add_throughput(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() {
    workloads::for_each_workload(workloads::cpu_workloads{},
                                 [&]<class Workload>() { add_throughput_cases<Workload, Model>(all); });
  });
  add_contender_throughput(all);
}

}  // namespace unitcost::measures
