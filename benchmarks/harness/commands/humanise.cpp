#include "benchmarks/harness/commands/humanise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

namespace unitcost::harness {
namespace {

struct scale {
  double factor;
  std::string_view suffix;
};

std::span<scale const> scales_of(std::string const& unit) {
  static constexpr scale bytes[]{{1 << 30, " GiB"}, {1 << 20, " MiB"}, {1 << 10, " KiB"}, {1, " B"}};
  static constexpr scale times[]{{1e9, " s"}, {1e6, " ms"}, {1e3, " us"}, {1, " ns"}};
  static constexpr scale rates[]{{1e9, " G/s"}, {1e6, " M/s"}, {1e3, " k/s"}, {1, " /s"}};
  static constexpr scale flows[]{{1e9, " GB/s"}, {1e6, " MB/s"}, {1e3, " kB/s"}, {1, " B/s"}};
  static constexpr scale plain[]{{1, ""}};
  if (unit == "bytes") return bytes;
  if (unit == "ns") return times;
  if (unit == "1/s") return rates;
  if (unit == "bytes/s") return flows;
  return plain;
}

/// The magnitude, rounded to three significant digits.
double three_digits_of(double value) { return std::stod(fmt::format("{:.2e}", std::abs(value))); }

scale scale_of(double value, std::string const& unit) {
  auto const scales = scales_of(unit);
  // Rounded first, so that 999.6 becomes one of the next unit and not a thousand of this.
  double const rounded = three_digits_of(value);
  auto const fitting = std::ranges::find_if(scales, [&](scale const& one) { return rounded >= one.factor; });
  return fitting == scales.end() ? scales.back() : *fitting;
}

std::string digits(double shown) {
  double const rounded = three_digits_of(shown);
  return fmt::format("{:.{}f}", shown, rounded >= 100 ? 0 : rounded >= 10 ? 1 : 2);
}

}  // namespace

std::string humanise(double value, std::string const& unit) {
  auto const [factor, suffix] = scale_of(value, unit);
  return fmt::format("{}{}", digits(value / factor), suffix);
}

std::string humanise_interval(std::pair<double, double> const& interval, double value, std::string const& unit) {
  double const factor = scale_of(value, unit).factor;
  return fmt::format("[{}, {}]", digits(interval.first / factor), digits(interval.second / factor));
}

}  // namespace unitcost::harness
