#include "benchmarks/harness/records/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace unitcost::harness {

double median(std::span<double const> values) {
  if (values.empty()) throw std::invalid_argument("the median of nothing");
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  std::size_t const middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

std::optional<std::pair<double, double>> median_interval(std::span<double const> values) {
  std::size_t const count = values.size();
  if (count == 0) return std::nullopt;
  boost::math::binomial_distribution<double> const coin(static_cast<double>(count), 0.5);
  auto covers = [&](std::size_t k) { return 1 - 2 * boost::math::cdf(coin, static_cast<double>(k - 1)) >= 0.95; };
  std::size_t k = 0;
  while (k + 1 <= count / 2 && covers(k + 1)) ++k;
  if (k == 0) return std::nullopt;
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  return std::pair{sorted[k - 1], sorted[count - k]};
}

line_fit fit_line(std::span<std::pair<double, double> const> points) {
  auto const count = static_cast<double>(points.size());
  if (points.size() < 3) throw std::invalid_argument("a line needs three points to have an uncertainty");
  double const first_x = points.front().first;
  if (std::ranges::all_of(points, [=](auto const& point) { return point.first == first_x; }))
    throw std::invalid_argument("all points have one x");
  double mean_x = 0, mean_y = 0;
  for (auto const& [x, y] : points) {
    mean_x += x / count;
    mean_y += y / count;
  }
  double spread = 0, covariance = 0;
  for (auto const& [x, y] : points) {
    spread += (x - mean_x) * (x - mean_x);
    covariance += (x - mean_x) * (y - mean_y);
  }
  line_fit fit{.slope = covariance / spread, .intercept = mean_y - covariance / spread * mean_x};
  double residual = 0;
  for (auto const& [x, y] : points) residual += std::pow(y - fit.intercept - fit.slope * x, 2);
  double const error = std::sqrt(residual / (count - 2) / spread);
  double const t = boost::math::quantile(boost::math::students_t_distribution<double>(count - 2), 0.975);
  fit.slope_low = fit.slope - t * error;
  fit.slope_high = fit.slope + t * error;
  return fit;
}

}  // namespace unitcost::harness
