// Adding up what a unit's children came to. Both numbers wrap around; order does not matter.
#pragma once

#include <span>

#include "workloads/workload.hpp"

namespace unitcost::workloads {

inline outcome sum_of(std::span<outcome const> parts) {
  outcome total;
  for (outcome const& part : parts) {
    total.units += part.units;
    total.checksum += part.checksum;
  }
  return total;
}

/// The outcome of a unit that did nothing but fork and join: itself and its children.
inline outcome with_parent(std::span<outcome const> children) {
  outcome total = sum_of(children);
  ++total.units;
  return total;
}

}  // namespace unitcost::workloads
