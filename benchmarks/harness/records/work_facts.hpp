// What the runs of a task graph came to, before anything is computed from it.
#pragma once

#include <cstdint>

namespace unitcost::harness {

struct work_facts {
  std::uint64_t units = 0;     ///< of one run of the graph
  std::uint64_t checksum = 0;  ///< of one run
  std::uint64_t runs = 0;
  double elapsed_ns = 0;  ///< of all runs together
};

}  // namespace unitcost::harness
