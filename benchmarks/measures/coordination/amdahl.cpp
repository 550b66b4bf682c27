#include "benchmarks/measures/coordination/amdahl.hpp"

namespace unitcost::measures {

double speed_by_amdahl(double serial, unsigned runners) { return 1 / (serial + (1 - serial) / runners); }

double serial_share_of(double speed, unsigned runners) {
  double const least_time = 1.0 / runners;
  return (1 / speed - least_time) / (1 - least_time);
}

std::optional<serial_line> fit_serial_share(speed_curve const& curve, unsigned runners) {
  if (runners < 2 || curve.empty()) return std::nullopt;
  double x_sum = 0, y_sum = 0;
  for (auto const& [percent, speed] : curve) {
    x_sum += percent / 100;
    y_sum += serial_share_of(speed, runners);
  }
  double const count = static_cast<double>(curve.size());
  double const x_mean = x_sum / count, y_mean = y_sum / count;
  double xx_sum = 0, xy_sum = 0;
  for (auto const& [percent, speed] : curve) {
    double const x = percent / 100 - x_mean;
    xx_sum += x * x;
    xy_sum += x * (serial_share_of(speed, runners) - y_mean);
  }
  if (xx_sum == 0) return std::nullopt;
  double const slope = xy_sum / xx_sum;
  return serial_line{.at_none = y_mean - slope * x_mean, .at_half = y_mean + slope * (0.5 - x_mean)};
}

double jain_index(std::span<std::uint64_t const> parts) {
  double sum = 0, sum_of_squares = 0;
  for (std::uint64_t const part : parts) {
    sum += static_cast<double>(part);
    sum_of_squares += static_cast<double>(part) * static_cast<double>(part);
  }
  return sum * sum / (static_cast<double>(parts.size()) * sum_of_squares);
}

}  // namespace unitcost::measures
