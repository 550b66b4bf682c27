// A workload's input together with the memory that it points into.
#pragma once

#include <cstddef>
#include <vector>

namespace unitcost::test_models {

template <class Workload>
struct prepared {
  explicit prepared(typename Workload::parameters const& parameters)
      : memory(Workload::memory_bytes(parameters)), in(Workload::prepare(parameters, memory)) {}
  prepared(prepared const&) = delete;
  prepared& operator=(prepared const&) = delete;

  std::vector<std::byte> memory;
  typename Workload::input in;
};

}  // namespace unitcost::test_models
