#include "impl/stackful/held_fiber.hpp"

#include "impl/runtime/clock.hpp"
#include "impl/stackful/scheduler.hpp"
#include "impl/stackful/worker.hpp"

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

void worker::hold(fiber& unit, std::shared_ptr<held_state> const& state, held_states& listed) noexcept {
  state->who = &unit;
  state->place = listed.begin();
  held_.splice(held_.end(), listed);
}

void worker::held_ended(held_state& ended) {
  ended.who = nullptr;
  if (ended.limit != nullptr) events().stop_timer(*ended.limit);
  if (ended.joiner != nullptr) make_ready(*ended.joiner);
  held_.erase(ended.place);  // the last that is done with it: its handle may be gone
}

void worker::drop_held() {
  while (ready_.pop() != nullptr) {
  }
  line_first_ = nullptr;
  for (; !held_.empty(); held_.pop_front()) {
    fiber& dropped = *std::exchange(held_.front()->who, nullptr);
    runtime::stack_span const stack = dropped.stack;
    dropped.sanitizer.end_suspended();
    dropped.~fiber();
    stacks_.give_back(stack);
  }
}

}  // namespace unitcost::fibers
