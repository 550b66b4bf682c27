#include "impl/stackful/waiting/turns.hpp"

namespace unitcost::fibers {

// `settle` pushes onto a deque that has room: one was taken from it, or reserved; and thieves only make more room. So
// it cannot throw where nobody could catch.

void yield_among_workers(fiber& self) {
  self.where->share_ready();
  fiber* const oldest = self.where->ready().steal();
  if (oldest != nullptr) leave_for(self, *oldest, [](worker& here, fiber& left) { here.make_ready(left); });
}

void run_first(fiber& self, fiber& next) {
  self.where->ready().reserve_one();
  leave_for(self, next, [](worker& here, fiber& left) { here.make_ready(left); });
}

}  // namespace unitcost::fibers
