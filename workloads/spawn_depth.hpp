// The spelling of `spawn_depth` in case names.
#pragma once

#include <string>

#include "workloads/workload.hpp"

namespace unitcost::workloads {

inline std::string spawn_depth_label(unsigned spawn_depth) {
  return "spawn_depth:" + (spawn_depth == every_call ? std::string("all") : std::to_string(spawn_depth));
}

/// The depth left to the children of a unit that may still spawn `spawn_depth` levels.
constexpr unsigned one_level_down(unsigned spawn_depth) {
  return spawn_depth == every_call ? every_call : spawn_depth - 1;
}

}  // namespace unitcost::workloads
