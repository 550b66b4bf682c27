// A gate on which fibers wait until somebody opens it.
#pragma once

#include "impl/stackful/fork_join/fiber.hpp"
#include "impl/stackful/fork_join/worker.hpp"
#include "impl/stackful/waiting/turns.hpp"

namespace unitcost::fibers {

/// For the fibers of a scheduler with one worker: what takes turns on one kernel thread needs no lock.
class gate {
 public:
  /// Returns when the gate is open.
  void wait(fiber& self) {
    if (open_) return;
    self.next = waiting_;
    waiting_ = &self;
    leave_for(self, self.where->next_ready());
  }

  /// Lets everyone through, each as far as it comes at once, so that no queue grows with their number.
  void open(fiber& self) {
    open_ = true;
    while (fiber* const first = waiting_) {
      waiting_ = first->next;
      run_first(self, *first);
    }
  }

 private:
  bool open_ = false;
  fiber* waiting_ = nullptr;  // newest first, through fiber::next
};

}  // namespace unitcost::fibers
