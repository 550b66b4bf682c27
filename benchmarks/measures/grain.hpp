// grain: the shortest task that is still worth a unit.
//
// METG(50 %), the minimum effective task granularity: the task length at which a model still does useful work at half of the
// rate that its workers could reach without it (Slaughter et al., "Task Bench", SC20). Waves of 16 units run a kernel of
// known length; the length doubles from 100 ns until the efficiency exceeds one half, and the crossing is interpolated.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/throughput.hpp"
#include "workloads/cpu/grain.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info grain_info{
    .name = "grain",
    .question = "How long must a task be for the model to be half as good as no model at all?",
    .from = "the root unit is handed to the model",
    .to = "the last wave of 16 units is joined",
    .method = "efficiency = kernel time x units / (elapsed x workers), the kernel timed in the same process; lengths double from "
              "100 ns until it exceeds 50 %, median of three runs each; crossing interpolated in log(length)",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/grain.hpp"};

/// (task length in ns, efficiency), ascending.
using efficiency_curve = std::vector<std::pair<double, double>>;

/// The length at which the efficiency first crosses one half, interpolated in the logarithm of the length. The first length
/// when it begins above; nothing when it never gets there.
std::optional<double> crossing_of_half(efficiency_curve const& curve);

/// Nanoseconds of one iteration of the kernel on this CPU, the median of several stretches.
double kernel_iteration_ns();

void report_grain(efficiency_curve const& curve, harness::measurement& given);

template <class Model>
double efficiency_at(Model& instance, workloads::grain::parameters const& parameters, double work_ns, unsigned workers,
                     harness::measurement& given) {
  outcome const expected = workloads::grain::oracle(parameters);
  std::vector<double> elapsed;
  for (int run = 0; run < 3; ++run) {
    std::int64_t const begun = runtime::now_ns();
    outcome const got = run_graph<workloads::grain>(instance, parameters);
    elapsed.push_back(static_cast<double>(runtime::now_ns() - begun));
    given.check(got.units, expected.units, got.checksum, expected.checksum);
  }
  std::ranges::nth_element(elapsed, elapsed.begin() + 1);
  return work_ns * parameters.width * parameters.steps / (elapsed[1] * workers);
}

template <class Model>
void measure_grain(unsigned workers, harness::measurement& given) {
  auto const cpus = given.first_cpus(workers);
  confine_to(cpus);
  double const iteration_ns = kernel_iteration_ns();
  Model instance(Model::variants().front().options, {.workers = workers, .cpus = cpus});
  efficiency_curve curve;
  double const run_ns = given.measuring_s() * 1e9 / 60;  // some 20 lengths, three runs each
  for (double length_ns = 100; length_ns < 50e6; length_ns *= 2) {
    auto const iterations = static_cast<std::uint64_t>(std::max(length_ns / iteration_ns, 1.0));
    double const wave_ns = length_ns * 16;
    auto const steps = static_cast<unsigned>(std::clamp(run_ns / wave_ns / 4, 1.0, 64.0));
    double const work_ns = static_cast<double>(iterations) * iteration_ns;
    curve.emplace_back(work_ns, efficiency_at(instance, {.width = 16, .steps = steps, .iterations = iterations}, work_ns,
                                              workers, given));
    if (curve.back().second > 0.6) break;
  }
  report_grain(curve, given);
}

template <class Model>
void add_grain_cases(harness::registry& all) {
  for (unsigned workers : all.settings().workers) {
    auto one = case_of<Model>(grain_info, "grain", "workers:" + std::to_string(workers),
                              workers == 2 ? harness::profile::quick : harness::profile::standard);
    if (Model::name == "null") one.skip_reason = "null makes no units";
    if (Model::name == "serial") one.skip_reason = "plain code has no units to be worth their price";
    if (!one.skip_reason.empty()) one.least = harness::profile::standard;
    one.run = [workers](harness::measurement& given) { measure_grain<Model>(workers, given); };
    all.add(one);
  }
}

}  // namespace unitcost::measures
