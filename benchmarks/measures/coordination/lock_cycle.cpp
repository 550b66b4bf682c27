#include "benchmarks/measures/coordination/lock_cycle.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace unitcost::measures {
namespace {

/// Whom that unit waits for; nobody where it does not wait, or nobody holds what it waits for.
unsigned awaited_unit(lock_snapshot const& seen, unsigned unit) {
  unsigned const lock = seen.awaited[unit];
  return lock == nobody ? nobody : seen.holder[lock];
}

}  // namespace

std::vector<cycle_link> find_cycle(lock_snapshot const& seen) {
  for (unsigned first = 0; first < seen.awaited.size(); ++first) {
    std::vector<cycle_link> path;
    // Whoever leads back to `first` does so within as many steps as there are units.
    for (unsigned unit = first; path.size() < seen.awaited.size();) {
      unsigned const next = awaited_unit(seen, unit);
      if (next == nobody) break;
      path.push_back({unit, 0, seen.awaited[unit]});
      if (next != first) {
        unit = next;
        continue;
      }
      for (std::size_t index = 0; index < path.size(); ++index)
        path[index].holds = path[(index + path.size() - 1) % path.size()].waits_for;
      return path;
    }
  }
  return {};
}

std::string describe(std::vector<cycle_link> const& cycle) {
  std::vector<std::string> links;
  std::ranges::transform(cycle, std::back_inserter(links), [](cycle_link const& each) {
    return fmt::format("unit {} holds lock {} and waits for lock {}", each.unit, each.holds, each.waits_for);
  });
  return fmt::format("{}", fmt::join(links, ", "));
}

}  // namespace unitcost::measures
