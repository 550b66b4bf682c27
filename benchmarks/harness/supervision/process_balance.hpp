// What a process holds, read before and after a case: a model that leaves threads, children, descriptors or heap
// behind has not ended its units.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace unitcost::harness {

struct process_balance {
  std::uint64_t children = 0, descriptors = 0;
  std::uint64_t threads = 0;
  std::uint64_t heap_bytes = 0;  ///< in use, by the allocator's own account
};

process_balance read_process_balance();

/// The children of this process, those that it inherited as a subreaper and zombies included.
std::vector<int> child_processes();

/// "left 2 children behind", or empty when nothing was. Heap may grow by 16 MiB, since libraries keep pools for their
/// lifetime, and threads by those that oneTBB keeps in its market (one per core).
std::string imbalance(process_balance const& before, process_balance const& after);

/// `imbalance` of now against `before`. A joined thread stays listed until the kernel has put it away, so what seems
/// left behind is looked at again for up to 50 ms.
std::string imbalance_since(process_balance const& before);

}  // namespace unitcost::harness
