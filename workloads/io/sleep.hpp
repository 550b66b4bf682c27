// sleep: units that wait and do nothing else. What it costs to have so many timers, and how late they ring.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "workloads/splitmix64.hpp"
#include "workloads/workload.hpp"

namespace unitcost::workloads {

struct sleep {
  static constexpr std::string_view name = "sleep";

  struct parameters {
    std::uint64_t units = 64;
    std::int64_t delay_ns = 1'000'000;  ///< of each unit, from when it starts
  };

  static std::string label(parameters const& p) {
    return "units:" + std::to_string(p.units) + "/delay_ms:" + std::to_string(p.delay_ns / 1'000'000);
  }

  /// What unit `index` adds when it has waited in full: so that one that did not, or did twice, is missed.
  static outcome of_unit(std::uint64_t index) { return {1, mix(index)}; }

  static outcome oracle(parameters const& p) {
    outcome total;
    for (std::uint64_t index = 0; index < p.units; ++index) {
      outcome const one = of_unit(index);
      total.units += one.units;
      total.checksum += one.checksum;
    }
    return total;
  }
};

}  // namespace unitcost::workloads
