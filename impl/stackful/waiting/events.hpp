// How a fiber whose worker is alone waits for a time or a descriptor; the others run meanwhile.
#pragma once

#include <cstdint>

#include "impl/runtime/stream.hpp"
#include "impl/stackful/fork_join/worker.hpp"

namespace unitcost::fibers {

/// Suspends `self` until that is over (see timers' `start`). Who wakes up goes on when nobody else is ready: fibers
/// that keep yielding keep the sleepers waiting.
void sleep_since(fiber& self, std::int64_t since_ns, std::int64_t delay_ns);

/// Reads, writes or accepts once, as `what` says, and returns what the system call would, see runtime::transferred.
/// Suspends `self` while that has to wait.
[[gnu::always_inline]] inline runtime::transferred transfer_some(fiber& self, runtime::stream& on,
                                                                 runtime::transfer what) {
  what.unit = &self;
  if (!self.where->events().start(on, what)) {
    fiber& next = self.where->next_ready_or_woken();
    if (&next != &self) leave_for(self, next);
  }
  return what.result;
}

}  // namespace unitcost::fibers
