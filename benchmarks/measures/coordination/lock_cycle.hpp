// Who waits for whom: the cycle that makes a deadlock, found in a snapshot of who holds and who waits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace unitcost::measures {

inline constexpr unsigned nobody = ~0u;

struct lock_snapshot {
  std::vector<unsigned> holder;       ///< of each lock: a unit, or nobody
  std::vector<unsigned> awaited;      ///< by each unit: a lock, or nobody (none)
  std::vector<unsigned> rounds = {};  ///< that each unit has behind it: who moved between two looks waits anew

  bool operator==(lock_snapshot const&) const = default;
};

/// One in a cycle: it holds what the one before waits for.
struct cycle_link {
  unsigned unit, holds, waits_for;

  bool operator==(cycle_link const&) const = default;
};

/// Empty where there is no cycle. The unit with the smallest index comes first.
std::vector<cycle_link> find_cycle(lock_snapshot const& seen);

/// "unit 0 holds lock 0 and waits for lock 1, unit 1 holds lock 1 and waits for lock 0"
std::string describe(std::vector<cycle_link> const& cycle);

}  // namespace unitcost::measures
