// How many descriptors the process has open.
#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>

namespace unitcost::test {

/// One that looks is among them, each time.
inline std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

}  // namespace unitcost::test
