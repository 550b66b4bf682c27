// What a measure is given in the worker, and where it leaves what it found.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/harness/cases/profile.hpp"
#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

struct measurement_settings {
  profile which = profile::quick;
  unsigned repetition = 0;
  std::uint64_t seed = 0;
  std::uint64_t memory_limit_bytes = 0;
  std::vector<int> cpus;  ///< the CPUs this run may use, in order
  double time_limit_s = limits_of(profile::quick).time_limit_s;
  std::optional<double> measuring_s = {};  ///< instead of the profile's
};

/// Thrown by a measure that did all its work and knows that its numbers are not of what it was to measure. The
/// repetition is `unstable`.
class not_stable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class measurement {
 public:
  measurement(record& out, measurement_settings settings) : out_(out), settings_(std::move(settings)) {}

  measurement_settings const& settings() const { return settings_; }
  double measuring_s() const { return settings_.measuring_s.value_or(limits_of(settings_.which).measuring_s); }
  /// How long to wait for somebody who may be dead or broken. A quarter of the time limit: who has waited so long twice
  /// still has as long again to tell why.
  std::int64_t patience_ns() const { return static_cast<std::int64_t>(settings_.time_limit_s * 1e9 / 4); }
  std::vector<int> first_cpus(std::size_t count) const;

  /// Adds a metric and where its value was read.
  void report(metric value, std::string source);
  void report(histogram distribution);
  void report(series curve);
  void tell(work_facts const& facts);
  void note(std::string text);
  /// Adds to the proof of the work: counts and checksums of several checks accumulate.
  void check(std::uint64_t units, std::uint64_t expected_units, std::uint64_t checksum,
             std::uint64_t expected_checksum);

  /// What an iteration of a loop takes, by Google Benchmark's control of iterations and repetitions with manual time
  /// and one benchmark thread: the median of nine stretches, of fewer where an iteration takes more than a ninth of
  /// `minimum_s`, so that what interrupts one stretch is not in the number. `batch(n)` does n iterations and returns
  /// their elapsed nanoseconds. The first one warms, but where it alone takes `minimum_s` it is the number: what is so
  /// dear hides what warming costs.
  struct loop_time {
    double ns_per_iteration;   ///< the median stretch's
    std::uint64_t iterations;  ///< of all stretches
    double elapsed_ns;         ///< of all stretches: over `iterations` it is the mean
  };
  loop_time time_loop(double minimum_s, std::function<std::int64_t(std::uint64_t)> const& batch);

 private:
  record& out_;
  measurement_settings settings_;
};

}  // namespace unitcost::harness
