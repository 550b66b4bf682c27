// A measurement that a test hands to a measure, and what the measure left in it.
#pragma once

#include <sched.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"

namespace unitcost::test {

/// Keeps the CPUs that the thread may run on while a measure confines it to some of them.
class kept_affinity {
 public:
  kept_affinity() {
    CPU_ZERO(&set_);
    if (::sched_getaffinity(0, sizeof set_, &set_) != 0) throw std::runtime_error("no affinity to keep");
  }
  kept_affinity(kept_affinity const&) = delete;
  kept_affinity& operator=(kept_affinity const&) = delete;
  ~kept_affinity() { ::sched_setaffinity(0, sizeof set_, &set_); }

  /// So many of them, or all if there are fewer.
  std::vector<int> first_cpus(std::size_t count) const {
    std::vector<int> cpus;
    for (int cpu = 0; cpu < CPU_SETSIZE && cpus.size() < count; ++cpu)
      if (CPU_ISSET(static_cast<std::size_t>(cpu), &set_)) cpus.push_back(cpu);
    return cpus;
  }

 private:
  cpu_set_t set_;
};

/// Settings of a quick run that may use so many CPUs, if there are.
class recorded_measurement {
 public:
  explicit recorded_measurement(std::size_t cpus = 1,
                                double time_limit_s = harness::limits_of(harness::profile::quick).time_limit_s)
      : given(out,
              {.which = harness::profile::quick, .cpus = affinity_.first_cpus(cpus), .time_limit_s = time_limit_s}) {}

  bool check_holds() const { return out.check.value().holds(); }

  harness::metric const& metric(std::string_view name) const {
    auto const found = std::ranges::find(out.metrics, name, &harness::metric::name);
    if (found == out.metrics.end()) throw std::out_of_range("no such metric was reported");
    return *found;
  }

 private:
  kept_affinity affinity_;

 public:
  harness::record out;
  harness::measurement given;
};

}  // namespace unitcost::test
