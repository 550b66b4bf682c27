#include "impl/stackful/waiting/held_fiber.hpp"

#include "impl/runtime/clock.hpp"
#include "impl/stackful/fork_join/scheduler.hpp"
#include "impl/stackful/fork_join/worker.hpp"

namespace unitcost::fibers {

void held_fiber::join() {
  wait_for_end();
  starter_->where->crew().throw_if_failed();
}

bool held_fiber::join_within(std::int64_t limit_ns) {
  if (alive()) {
    if (limit_ns <= 0) return false;
    runtime::timer limit{{starter_}};
    starter_->where->events().start_timer(limit, runtime::now_ns(), limit_ns);
    state_->joiner = starter_;
    state_->limit = &limit;
    suspend(*starter_, [](worker&, fiber&) {});
    // Resumed by the end, which has stopped the timer, or by the timer and before the unit could run again.
    state_->joiner = nullptr;
    state_->limit = nullptr;
    if (alive()) return false;
  }
  starter_->where->crew().throw_if_failed();
  return true;
}

void held_fiber::wait_for_end() {
  if (!alive()) return;
  state_->joiner = starter_;
  suspend(*starter_, [](worker&, fiber&) {});
}

void held_ended(worker& here, held_state& ended) {
  ended.who = nullptr;
  if (ended.limit != nullptr) here.events().stop_timer(*ended.limit);
  if (ended.joiner != nullptr) here.make_ready(*ended.joiner);
  here.held().remove(ended);
}

void worker::drop_held() {
  while (ready_.pop() != nullptr) {
  }
  line_first_ = nullptr;
  while (!held_.empty()) {
    fiber& dropped = held_.take_oldest();
    runtime::stack_span const stack = dropped.stack;
    dropped.sanitizer.end_suspended();
    dropped.~fiber();
    stacks_.give_back(stack);
  }
}

}  // namespace unitcost::fibers
