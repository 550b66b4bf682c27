// Bookkeeping that is allocated and resident before the units that it is for.
#pragma once

#include <cstddef>
#include <vector>

namespace unitcost::runtime {

/// An empty table with room for `limit` entries, each written once: growing to `limit` neither allocates nor touches a
/// new page, so that a reading of memory counts the units alone.
template <class T>
std::vector<T> resident_table(std::size_t limit) {
  std::vector<T> table(limit);
  table.clear();
  return table;
}

}  // namespace unitcost::runtime
