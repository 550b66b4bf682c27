#include "benchmarks/measures/throughput.hpp"

#include <fmt/format.h>

#include <utility>

#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

void report_throughput(graph_timing const& timing, harness::measurement& given) {
  using harness::direction;
  double const speedup = timing.serial_ns / timing.graph_ns;
  auto const units = static_cast<double>(timing.units);
  auto report = [&](harness::metric what, char const* source = "CLOCK_MONOTONIC, mean over the loop") {
    what.samples = timing.runs;
    given.report(std::move(what), source);
  };
  report({.name = "ns_per_unit", .label = "time per unit", .value = timing.graph_ns / units, .unit = "ns"});
  report({.name = "units_per_second",
          .label = "throughput",
          .value = units / timing.graph_ns * 1e9,
          .unit = "1/s",
          .better = direction::greater,
          .derived_from = "ns_per_unit",
          .headline = true});
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

void add_throughput(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() {
    workloads::for_each_workload(workloads::cpu_workloads{},
                                 [&]<class Workload>() { add_throughput_cases<Workload, Model>(all); });
  });
}

}  // namespace unitcost::measures
