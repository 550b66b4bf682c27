// Refusing parameters that a workload's fixed arrays or number types cannot hold.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace unitcost::workloads {

/// Throws std::invalid_argument unless low <= value <= high.
inline void require_within(std::string_view workload, std::string_view parameter, std::uint64_t value,
                           std::uint64_t low, std::uint64_t high) {
  if (low <= value && value <= high) return;
  throw std::invalid_argument(std::string(workload) + ": " + std::string(parameter) + ":" + std::to_string(value) +
                              " is out of range; choose " + std::to_string(low) + " to " + std::to_string(high));
}

}  // namespace unitcost::workloads
