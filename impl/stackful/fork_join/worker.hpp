// A worker: one kernel thread that runs fibers, and the ways in which a fiber leaves it.
//
// Everything here is called by a running fiber (`self`) on its own behalf; what fibers do beside forking and joining is
// in impl/stackful/waiting. A function that suspends returns when the fiber is resumed, which may be on another worker:
// a `worker&` from before is then stale, `*self.where` is right.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include "impl/runtime/chosen_reactor.hpp"
#include "impl/runtime/parking.hpp"
#include "impl/runtime/stack_mapping.hpp"
#include "impl/runtime/work_stealing_deque.hpp"
#include "impl/stackful/fork_join/fiber.hpp"
#include "impl/stackful/fork_join/join_counter.hpp"
#include "impl/stackful/waiting/held_fibers.hpp"

namespace unitcost::fibers {

class scheduler;

/// The C++ runtime's per-thread record of exceptions being handled (__cxa_eh_globals, Itanium C++ ABI, Exception
/// Handling 2.2.2). A fiber may suspend, and migrate, inside a catch block or while a scope is unwound: it takes its
/// record along. So between two fibers a kernel thread's record is always empty.
struct exception_state {
  void* caught = nullptr;
  unsigned uncaught = 0;

  bool is_empty() const { return caught == nullptr && uncaught == 0; }
};

class worker {
 public:
  /// `alone`: there is no other worker who could steal.
  worker(scheduler& crew, runtime::parking& sleepers, std::size_t index, runtime::stack_mapping& mapping, bool alone)
      : crew_(crew), sleepers_(sleepers), index_(index), alone_(alone), stacks_(mapping) {}

  std::size_t index() const { return index_; }
  scheduler& crew() const { return crew_; }
  runtime::work_stealing_deque<fiber>& ready() { return ready_; }

  /// Fibers made on this worker since the last reset; read and reset between runs only.
  std::uint64_t fibers_made() const { return fibers_made_; }
  void reset_fibers_made() { fibers_made_ = 0; }

  /// Makes a suspended fiber that `children` waits for. Throws limit_reached when there is no stack.
  template <class Body>
  fiber& create(join_counter& children, Body body);

  /// Fibers that others hold; only where the worker is alone.
  held_fibers& held() { return held_; }
  /// Drops those that have not ended, when nobody runs any more, nor is to: whoever is ready is one of them.
  void drop_held();

  /// Queues a suspended fiber as this worker's newest; idle workers may steal it sooner or later.
  void make_ready(fiber& suspended) {
    if (ready_.push(&suspended)) sleepers_.notify();
  }
  /// The same on a worker that is alone, without a locked instruction. (It is not left to make_ready to find out: one
  /// more branch there makes each spawn a fifth longer.)
  void make_ready_alone(fiber& suspended) {
    assert(alone_);
    ready_.push_private(&suspended);
  }

  /// The newest ready fiber, else the one that has waited in the line longest, else the home fiber, which looks
  /// elsewhere.
  fiber& next_ready() {
    fiber* const newest = ready_.pop();
    share_ready();
    if (newest != nullptr) return *newest;
    return line_first_ != nullptr ? *take_first_in_line() : *home_;
  }

  /// The same for a fiber that an event resumes, on a worker that is alone. Where nobody is ready the kernel thread
  /// waits for an event right here, on that fiber's stack; to let the home fiber do so would cost two more switches.
  /// May be the fiber itself. What the events throw is not that fiber's, to which they may still write: the home fiber
  /// asks again, and what is thrown to that one leaves `work`.
  fiber& next_ready_or_woken() noexcept {
    fiber& ready = next_ready();
    if (&ready != home_) return ready;
    try {
      if (fiber* const woken = await_event()) return *woken;
    } catch (...) {
    }
    return ready;
  }

  /// Who follows on the root of a run: where fibers are left that nobody waits for, whoever started the run decides.
  fiber& next_after_root() { return !held_.empty() ? *home_ : next_ready(); }

  /// Queues `self`, which runs here, behind all that are ready, and takes out the first. That may be `self`. For a
  /// worker that is alone: nobody else can take `self` before it has been left, and no locked instruction is needed.
  fiber& line_up(fiber& self) {
    for (ready_.share_if_none_is(); fiber* const oldest = ready_.steal(); ready_.share_if_none_is())
      append_to_line(*oldest);
    append_to_line(self);
    return *take_first_in_line();
  }
  bool is_alone() const { return alone_; }

  /// Where its fibers wait for descriptors and time; only used where the worker is alone.
  runtime::chosen_reactor& events() { return *events_; }
  /// When nobody is ready: the kernel thread sleeps until what a fiber waits for has come, and takes that fiber; null
  /// when none waits.
  fiber* await_event() {
    runtime::waiting* const completed = events_->next_completed();
    return completed != nullptr ? static_cast<fiber*>(completed->unit) : nullptr;
  }

  /// Lets idle workers steal, if they have nothing left to. To be called whenever a ready fiber was taken.
  void share_ready() {
    if (ready_.share_if_none_is()) sleepers_.notify();
  }

  /// The kernel thread's life: runs fibers until the scheduler stops. `events` are the thread's. Throws what they
  /// throw; then nobody may go on whom they were to wake.
  void work(runtime::chosen_reactor& events);

  /// For a fiber that has ended and been left: destroys it, frees its stack and, for a root, ends the run.
  void recycle(fiber& ended);
  /// Aborts with a report if a fiber has overflowed its stack, as far as its guard can tell. In release only at its
  /// end.
  void check_stack_of(fiber const& left) const;

 private:
  friend departure* swap_stacks(fiber& self, fiber& next, departure* left);
  friend departure* swap_with_exceptions(fiber& self, fiber& next, departure* left);

  void append_to_line(fiber& last) {
    last.next = nullptr;
    (line_first_ != nullptr ? line_last_->next : line_first_) = &last;
    line_last_ = &last;
  }
  fiber* take_first_in_line() { return std::exchange(line_first_, line_first_->next); }

  scheduler& crew_;
  runtime::parking& sleepers_;
  std::size_t index_;
  bool alone_;
  fiber* home_ = nullptr;
  fiber* line_first_ = nullptr;            // those that yielded, oldest first, through fiber::next
  fiber* line_last_ = nullptr;             // meaningless in an empty line
  exception_state* exceptions_ = nullptr;  // the kernel thread's, in the C++ runtime
  std::uint64_t fibers_made_ = 0;
  runtime::chosen_reactor* events_ = nullptr;
  runtime::stack_cache stacks_;
  held_fibers held_;
  runtime::work_stealing_deque<fiber> ready_;  // 1,024 at first: more than a depth-first graph ever has ready
};

/// swap_stacks for a fiber that handles an exception, or whose scopes are unwound by one.
departure* swap_with_exceptions(fiber& self, fiber& next, departure* left);

/// The bare switch on self's worker, with all that must change with the stack. Returns, when `self` is resumed, what
/// its resumer left to be done. `self` ends when `left` is its farewell.
///
/// Inline, and so is all that suspends: a `ret` after a switch is mispredicted where the last call was not its own.
[[gnu::always_inline]] inline departure* swap_stacks(fiber& self, fiber& next, departure* left) {
  worker& here = *self.where;
#ifndef NDEBUG
  here.check_stack_of(self);
#endif
  next.where = &here;
  if (!here.exceptions_->is_empty()) [[unlikely]]
    return swap_with_exceptions(self, next, left);
  if (left == &self.farewell)
    self.sanitizer.leave_for_ever(next.sanitizer);
  else
    self.sanitizer.leave_for(next.sanitizer);
  return static_cast<departure*>(switch_context_inline(self.suspended, next.suspended, left));
}

/// Leaves `self` for `next`, which nobody else may hold. `settle(worker& here, fiber& left)` says what becomes of self.
template <class Settle>
[[gnu::always_inline]] inline void leave_for(fiber& self, fiber& next, Settle settle) {
  struct settled_departure : departure {
    Settle action;
    static void run(departure& left) { static_cast<settled_departure&>(left).action(*left.who.where, left.who); }
  };
  settled_departure left{{self, &settled_departure::run}, settle};
  arrive(self, swap_stacks(self, next, &left));
}

/// The same where nothing becomes of self: somebody knows of it, and nobody resumes it before it is left.
[[gnu::always_inline]] inline void leave_for(fiber& self, fiber& next) {
  arrive(self, swap_stacks(self, next, nullptr));
}

/// Suspends `self` until somebody who knows of it makes it ready; the worker's newest ready fiber goes on.
template <class Settle>
[[gnu::always_inline]] inline void suspend(fiber& self, Settle settle) {
  leave_for(self, self.where->next_ready(), settle);
}

/// The end of every fiber: goes on with the waiting parent of which this was the last child, else with the newest.
void end(fiber& self);

/// In a handler: a resource that ran out (limit_reached, std::bad_alloc) fails the run, anything else is a fault of
/// the unit and aborts the process.
void report_escaped_exception(fiber& self);

template <class Body>
void fiber_main(void* message, void* argument) {
  auto& self = *static_cast<fiber_of<Body>*>(argument);
  arrive(self, static_cast<departure*>(message));
  try {
    self.body(self);
  } catch (...) {
    report_escaped_exception(self);
  }
  end(self);
}

/// Builds a suspended fiber at the top of `stack`.
template <class Body>
fiber& make_fiber(runtime::stack_span stack, join_counter* children, Body body) {
  using made = fiber_of<Body>;
  static_assert(std::is_trivially_destructible_v<Body>, "an ended fiber's stack is reused without ceremony");
  static_assert(sizeof(made) <= 512 && alignof(made) <= 64, "a callable of that size belongs on the heap");
  // Begins at a cache line: a stack ends at one.
  std::byte* const end = stack.data() + stack.size();
  auto* const unit = new (end - (sizeof(made) + 63) / 64 * 64) made(stack, children, std::move(body));
  unit->suspended = prepare_inline_context(unit, &fiber_main<Body>, unit);
  return *unit;
}

template <class Body>
fiber& worker::create(join_counter& children, Body body) {
  fiber& unit = make_fiber(stacks_.take(), &children, std::move(body));
  children.add_child();
  ++fibers_made_;
  return unit;
}

}  // namespace unitcost::fibers
