// The two pieces of statistics that a run itself needs; everything further is the scripts' business.
#pragma once

#include <optional>
#include <span>
#include <utility>

namespace unitcost::harness {

/// Throws std::invalid_argument for no values.
double median(std::span<double const> values);

/// The distribution-free 95 % interval of the median by order statistics: the k-th smallest and k-th greatest value
/// with the largest k whose coverage 1 - 2 * P(Binomial(n, 1/2) < k) is at least 95 %. Six values give their range
/// (96.9 %); fewer give none. (David and Nagaraja, Order Statistics, 7.1.)
std::optional<std::pair<double, double>> median_interval(std::span<double const> values);

struct line_fit {
  double slope = 0, intercept = 0;
  double slope_low = 0, slope_high = 0;  ///< 95 %, by Student's t with n - 2 degrees of freedom
};

/// Least squares. Throws std::invalid_argument for fewer than three points or all x equal.
line_fit fit_line(std::span<std::pair<double, double> const> points);

}  // namespace unitcost::harness
