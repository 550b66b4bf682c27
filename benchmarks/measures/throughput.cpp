#include "benchmarks/measures/throughput.hpp"

#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

void report_throughput(double graph_ns, double plain_ns, std::uint64_t units, unsigned workers, std::uint64_t runs,
                       harness::measurement& given) {
  using harness::direction;
  double const speedup = plain_ns / graph_ns;
  auto report = [&](char const* name, char const* label, double value, char const* unit, direction better, bool headline) {
    given.report({.name = name, .label = label, .value = value, .unit = unit, .better = better, .samples = runs, .headline = headline},
                 "CLOCK_MONOTONIC, mean over the loop");
  };
  auto const unit_count = static_cast<double>(units);
  report("ns_per_unit", "time per unit", graph_ns / unit_count, "ns", direction::smaller, false);
  report("units_per_second", "throughput", unit_count / graph_ns * 1e9, "1/s", direction::greater, true);
  report("speedup", "speed-up over plain code", speedup, "1", direction::greater, false);
  report("efficiency", "speed-up per worker", speedup / workers, "1", direction::greater, false);
}

void add_throughput(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() {
    workloads::for_each_workload(workloads::cpu_workloads{},
                                 [&]<class Workload>() { add_throughput_cases<Workload, Model>(all); });
  });
}

}  // namespace unitcost::measures
