// OpenMP threads that are alive and have nothing to do: the subject of openmp's footprint.
#pragma once

#include <cstddef>
#include <cstdint>

#include "impl/model.hpp"
#include "impl/openmp/team.hpp"
#include "impl/runtime/in_process_units.hpp"

namespace unitcost::models::openmp_parts {

/// The threads of ever larger regions. Between two regions none ends; each waits where the runtime keeps it for the
/// next. Thread 0 is the caller, which was there before, and no unit.
class idle_team : public runtime::in_process_units {
 public:
  /// Throws not_supported when `touch_bytes` do not fit a thread's stack.
  idle_team(unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes);

  void grow_to(std::uint64_t count);
  void release();

  /// Below what the machine allows: where a thread cannot be started, the runtime ends the process.
  static std::uint64_t most();

 private:
  unit_arrivals& arrivals_;
  std::uint64_t limit_;
  std::size_t touch_bytes_;
  std::uint64_t alive_ = 0;
  kept_threads threads_;
};

}  // namespace unitcost::models::openmp_parts
