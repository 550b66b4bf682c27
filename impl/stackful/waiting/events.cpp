#include "impl/stackful/waiting/events.hpp"

#include "impl/stackful/fork_join/worker.hpp"

namespace unitcost::fibers {

void sleep_since(fiber& self, std::int64_t since_ns, std::int64_t delay_ns) {
  runtime::timer own{{&self}};
  self.where->events().start_timer(own, since_ns, delay_ns);
  suspend(self, [](worker&, fiber&) {});
}

}  // namespace unitcost::fibers
