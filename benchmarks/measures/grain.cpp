#include "benchmarks/measures/grain.hpp"

#include <cmath>

#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

std::optional<double> crossing_of_half(efficiency_curve const& curve) {
  for (std::size_t index = 0; index < curve.size(); ++index) {
    auto const [length, efficiency] = curve[index];
    if (efficiency < 0.5) continue;
    if (index == 0) return length;
    auto const [before_length, before_efficiency] = curve[index - 1];
    double const part = (0.5 - before_efficiency) / (efficiency - before_efficiency);
    return std::exp(std::log(before_length) + part * (std::log(length) - std::log(before_length)));
  }
  return std::nullopt;
}

double kernel_iteration_ns() {
  constexpr std::uint64_t iterations = 200'000;
  std::vector<double> costs;
  std::uint64_t seed = 1;
  for (int stretch = 0; stretch < 9; ++stretch) {
    std::int64_t const begun = runtime::now_ns();
    seed = workloads::grain::kernel(seed, iterations);
    costs.push_back(static_cast<double>(runtime::now_ns() - begun) / iterations);
  }
  return harness::median(costs);
}

void report_grain(efficiency_curve const& curve, harness::measurement& given) {
  given.report(harness::series{"efficiency", "share of the possible rate", "task length", "ns", "efficiency", "1", curve});
  auto const crossing = crossing_of_half(curve);
  if (!crossing) throw limit_reached("tasks of 50 ms are still done at less than half of the possible rate");
  given.report({.name = "minimum_effective_grain_ns",
                .label = "shortest task worth a unit (METG 50 %)",
                .value = *crossing,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = curve.size()},
               "CLOCK_MONOTONIC, median of three runs per length");
}

void add_grain(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_grain_cases<Model>(all); });
}

}  // namespace unitcost::measures
