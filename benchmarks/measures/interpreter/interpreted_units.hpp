// Threads of which one at a time executes a step: units under a global interpreter lock.
#pragma once

#include "benchmarks/measures/unit_kind.hpp"
#include "impl/gil/gil.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

/// Has each step executed under the lock. The lock is given away where a unit sleeps or ends, and between two steps if
/// another unit asks for it.
class interpreted_steps {
 public:
  interpreted_steps(unit_steps const& each, unsigned units) : each_(each), holds_(units) {}

  pause step(unsigned index);

 private:
  struct alignas(64) own_hold {
    bool now = false;
  };
  unit_steps each_;
  runtime::shared_array<own_hold> holds_;
  gil::global_lock lock_;
};

/// std_thread's units without the lock; null where that model is not in the list.
unit_kind const* threads_to_interpret();

/// std_thread's units, under a lock of their own in each run. A unit is not one that blocks within a step: that would
/// be with the lock in its hands. It asks again at its next turn.
unit_kind const& interpreted_threads();

}  // namespace unitcost::measures
