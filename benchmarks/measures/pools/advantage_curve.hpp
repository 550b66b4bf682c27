// How much longer work takes without a pool than with one, over the length of a task.
#pragma once

#include <optional>
#include <utility>
#include <vector>

namespace unitcost::measures {

/// (task length in ns, time without the pool over time with it), ascending.
using advantage_curve = std::vector<std::pair<double, double>>;

/// Nearer to 1 than this nobody chooses by it.
inline constexpr double indifferent_margin = 0.05;

bool indifferent(double ratio);

/// The length at which both take as long: the last crossing of 1 between two lengths at which they differ by the
/// margin, interpolated in both logarithms. Nothing when one of them is never cheaper by that.
std::optional<double> equal_cost_ns(advantage_curve const& curve);

/// The length from which both differ by less than the margin, interpolated in both logarithms. Nothing when they differ
/// at the longest still, or at no length.
std::optional<double> indifferent_from_ns(advantage_curve const& curve);

}  // namespace unitcost::measures
