#include "benchmarks/measures/graphs/grain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

double grid_length_below(double length_ns) {
  constexpr double shortest_ns = 6.25;
  double length = shortest_ns;
  while (length * 2 < length_ns) length *= 2;
  return length;
}

unsigned waves_in(double run_ns, double wave_ns) {
  return static_cast<unsigned>(std::clamp(run_ns / std::max(wave_ns, 1.0), 1.0, 512.0));
}

void report_grain(efficiency_curve const& curve, harness::measurement& given) {
  given.report(
      harness::series{"efficiency", "share of the possible rate", "task length", "ns", "efficiency", "1", curve});
  auto const crossing = crossing_of_half(curve);
  if (!crossing)
    throw limit_reached(
        fmt::format("half of the possible rate was not crossed between tasks of {:.0f} and {:.0f} ns; give "
                    "it a longer profile",
                    curve.empty() ? 0 : curve.front().first, curve.empty() ? 0 : curve.back().first));
  given.report({.name = "minimum_effective_grain_ns",
                .label = "shortest task worth a unit (METG 50 %)",
                .value = *crossing,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = curve.size()},
               "CLOCK_MONOTONIC, median of three runs per length, of nine around the crossing");
}

void add_grain(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_grain_cases<Model>(all); });
}

}  // namespace unitcost::measures
