// How fibers hand over to each other. What suspends is inline, for the reason given at swap_stacks.
#pragma once

#include "impl/stackful/fork_join/fiber.hpp"
#include "impl/stackful/fork_join/worker.hpp"

namespace unitcost::fibers {

/// yield on a worker with others beside it.
void yield_among_workers(fiber& self);

/// To the end of the line: the worker's oldest ready fiber goes on. Returns at once when there is none.
[[gnu::always_inline]] inline void yield(fiber& self) {
  if (!self.where->is_alone()) return yield_among_workers(self);
  fiber& oldest = self.where->line_up(self);
  if (&oldest != &self) leave_for(self, oldest);
}

/// Hands over to a suspended fiber that is in no queue. `self` is then such a fiber itself.
[[gnu::always_inline]] inline void transfer(fiber& self, fiber& next) {
  if (&self != &next) leave_for(self, next);
}

/// Like transfer, but `self` is ready again, as the worker's newest.
void run_first(fiber& self, fiber& next);

}  // namespace unitcost::fibers
