// What a unit is waiting for, seen from below: no model's units are known here.
#pragma once

namespace unitcost::runtime {

/// In the waiting unit's own memory, from the start of what it waits for until that was taken as completed.
struct waiting {
  void* unit = nullptr;  ///< as its model knows it: the address of a coroutine, of a fiber
};

}  // namespace unitcost::runtime
