// The oracle of unit_arrivals.
#pragma once

#include <cstdint>

#include "impl/unit_report.hpp"

namespace unitcost {

/// What unit_arrivals::checksum is when units 0 … count - 1 have each arrived once.
inline std::uint64_t checksum_of_first(std::uint64_t count) {
  std::uint64_t sum = 0;
  for (std::uint64_t index = 0; index < count; ++index) sum += unit_arrivals::hash(index);
  return sum;
}

}  // namespace unitcost
