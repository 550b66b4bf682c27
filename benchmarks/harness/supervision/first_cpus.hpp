// The CPUs of a case that keeps some of the run's busy.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <vector>

#include "impl/model.hpp"

namespace unitcost::harness {

/// The first `count` of `cpus`. Throws not_supported when there are fewer.
inline std::vector<int> first_cpus(std::vector<int> const& cpus, std::size_t count) {
  if (count > cpus.size())
    throw not_supported(fmt::format("needs {} CPUs, this run may use {} (see --cpus)", count, cpus.size()));
  return {cpus.begin(), cpus.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace unitcost::harness
