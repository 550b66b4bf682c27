#include "benchmarks/measures/pools/advantage_curve.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>

namespace unitcost::measures {
namespace {

/// Between two points, where the logarithm of the ratio is `level`.
double length_at(std::pair<double, double> const& before, std::pair<double, double> const& after, double level) {
  double const from = std::log(before.second), to = std::log(after.second);
  double const part = (level - from) / (to - from);
  return std::exp(std::log(before.first) + part * (std::log(after.first) - std::log(before.first)));
}

}  // namespace

bool indifferent(double ratio) { return std::abs(std::log(ratio)) < std::log(1 + indifferent_margin); }

std::optional<double> equal_cost_ns(advantage_curve const& curve) {
  advantage_curve differing;  // the others cross 1 by noise alone
  std::ranges::copy_if(curve, std::back_inserter(differing),
                       [](auto const& point) { return !indifferent(point.second); });
  for (std::size_t index = differing.size(); index-- > 1;)
    if ((differing[index - 1].second > 1) != (differing[index].second > 1))
      return length_at(differing[index - 1], differing[index], 0);
  return std::nullopt;
}

std::optional<double> indifferent_from_ns(advantage_curve const& curve) {
  for (std::size_t index = curve.size(); index-- > 0;) {
    if (indifferent(curve[index].second)) continue;
    if (index + 1 == curve.size()) return std::nullopt;
    double const margin = std::log(1 + indifferent_margin);
    return length_at(curve[index], curve[index + 1], curve[index].second > 1 ? margin : -margin);
  }
  return std::nullopt;
}

}  // namespace unitcost::measures
