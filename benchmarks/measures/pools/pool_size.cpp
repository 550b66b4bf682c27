#include "benchmarks/measures/pools/pool_size.hpp"

#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

double best_size(rate_curve const& curve) {
  double const highest = std::ranges::max(curve, {}, &rate_curve::value_type::second).second;
  return std::ranges::find_if(curve, [highest](auto const& each) { return each.second >= 0.95 * highest; })->first;
}

std::vector<unsigned> sizes_to_try(double rule) {
  std::vector<unsigned> out;
  double const most = std::max(3 * rule, 8.0);
  for (unsigned octave = 1; octave <= most; octave *= 2) {
    out.push_back(octave);
    if (unsigned const half = octave + octave / 2; octave > 1 && half <= most) out.push_back(half);
  }
  return out;
}

void report_pool_size(rate_curve const& curve, double rule, harness::measurement& given) {
  given.report(harness::series{"tasks_per_second", "tasks per second", "workers", "1", "rate", "1/s", curve});
  double const best = best_size(curve);
  std::string const source = "CLOCK_MONOTONIC";
  given.report({.name = "best_size",
                .label = "workers of the smallest pool within 5 % of the best",
                .value = best,
                .unit = "1",
                .better = harness::direction::neither,
                .samples = curve.size(),
                .headline = true},
               source);
  given.report({.name = "best_over_rule",
                .label = "best size / (CPUs / (1 - share of waiting))",
                .value = best / rule,
                .unit = "1",
                .better = harness::direction::neither,
                .samples = curve.size(),
                .derived_from = "best_size"},
               source);
}

void add_pool_size(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_pool_size_cases<Model>(all); });
}

}  // namespace unitcost::measures
