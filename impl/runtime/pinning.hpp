// Binding the calling thread to a CPU.
#pragma once

#include <sched.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>
#include <vector>

namespace unitcost::runtime {

/// Binds the calling thread to cpus[index % cpus.size()]; does nothing for an empty list. Throws when the CPU is
/// not ours to use: a silently unpinned unit would be measured as a pinned one.
inline void pin_to(std::vector<int> const& cpus, std::size_t index) {
  if (cpus.empty()) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpus[index % cpus.size()]), &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0)
    throw std::system_error(errno, std::generic_category(),
                            "pinning to cpu " + std::to_string(cpus[index % cpus.size()]));
}

}  // namespace unitcost::runtime
