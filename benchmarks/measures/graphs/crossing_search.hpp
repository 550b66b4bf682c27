// Looks for the length of a task at which an efficiency that is measured with noise crosses one half.
//
// The length doubles until the efficiency exceeds 60 %, and where the first was half or more already the search goes
// down as well. Then the two lengths around the last crossing are run again and again, since the answer hangs on them:
// where the efficiency rises by a tenth from one length to the next, noise of some hundredths moves the crossing by a
// third.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace unitcost::measures {

/// (task length in ns, efficiency), ascending.
using efficiency_curve = std::vector<std::pair<double, double>>;

/// Where the efficiency crosses one half for good: the index of the last point below it, when the next one is not.
/// Nothing when it never gets there, or was never below.
std::optional<std::size_t> last_below_half(efficiency_curve const& curve);

/// The length at that crossing, interpolated between both points in the logarithm of the length.
std::optional<double> crossing_of_half(efficiency_curve const& curve);

class crossing_search {
 public:
  static constexpr int runs_of_a_length = 3, more_around_the_crossing = 6;

  /// `efficiency_of(iterations)` runs tasks of so many iterations of a kernel once, each of which takes `iteration_ns`;
  /// `in_time()` turns false when the search shall end with what it has.
  crossing_search(double iteration_ns, std::function<double(std::uint64_t)> efficiency_of,
                  std::function<bool()> in_time)
      : iteration_ns_(iteration_ns), efficiency_of_(std::move(efficiency_of)), in_time_(std::move(in_time)) {}

  /// Begins with tasks of `iterations`, one at least.
  void begin_with(std::uint64_t iterations);

  /// By the median of each length's runs.
  efficiency_curve curve() const;

 private:
  struct tried_length {
    std::uint64_t iterations;
    std::vector<double> efficiencies;
  };

  void run(tried_length& length) { length.efficiencies.push_back(efficiency_of_(length.iterations)); }
  void add(std::size_t at, std::uint64_t iterations);
  void go_on_until_half_is_between();
  void run_crossing_again();

  double iteration_ns_;
  std::function<double(std::uint64_t)> efficiency_of_;
  std::function<bool()> in_time_;
  std::vector<tried_length> tried_;  ///< ascending
};

}  // namespace unitcost::measures
