// How far two CPUs are apart: how long a cache line takes from one to the other and back.
//
// On a machine of one's own it is a constant. A hypervisor moves virtual CPUs between the two threads of one core, the
// cores of one cache and those of another: on EPYC guests a line came back after 50, 105, 190, 380 or 1,000 ns, for
// milliseconds to minutes each, and what two workers say to each other takes as many times as long.
#pragma once

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace unitcost::harness {

/// The median of some stretches of round trips between threads on `here` and `there`, 0.1 to 2 ms in all.
/// Throws std::system_error when no thread may run on one of them.
double cache_line_round_trip_ns(int here, int there);

/// What has been usual between the run's first two CPUs so far, and what is not.
class cpu_distance {
 public:
  explicit cpu_distance(std::function<double(int, int)> measure = cache_line_round_trip_ns)
      : measure_(std::move(measure)) {}

  /// The round trip now, in ns. It is remembered: usual is the median of all that were looked at.
  double look(int here, int there);
  /// The same, for who looks again and again until it is usual: his looks do not tell what is.
  double look_again(int here, int there) const { return measure_(here, there); }

  /// Whether a round trip is within a quarter of the usual one: looks at CPUs that stay where they are differ by a
  /// tenth, the next farther place is half as far again.
  bool usual(double round_trip_ns) const;
  /// Which of both is farther from what was usual so far.
  double less_usual(double first_ns, double second_ns) const;

 private:
  /// How many times as far, or as near; at least 1.
  double times_usual(double round_trip_ns) const;

  std::function<double(int, int)> measure_;
  std::vector<double> seen_;  ///< ascending
};

}  // namespace unitcost::harness
