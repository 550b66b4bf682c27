// A worker: one kernel thread that runs fibers, and the ways in which a fiber leaves it.
//
// Everything here is called by a running fiber (`self`) on its own behalf. A function that suspends returns when the
// fiber is resumed, which may be on another worker: a `worker&` from before is then stale, `*self.where` is right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include "impl/runtime/parking.hpp"
#include "impl/runtime/stack_mapping.hpp"
#include "impl/runtime/work_stealing_deque.hpp"
#include "impl/stackful/fiber.hpp"
#include "impl/stackful/join_counter.hpp"

namespace unitcost::fibers {

class scheduler;

class worker {
 public:
  worker(scheduler& crew, runtime::parking& sleepers, std::size_t index, runtime::stack_mapping& mapping)
      : crew_(crew), sleepers_(sleepers), index_(index), stacks_(mapping) {}

  std::size_t index() const { return index_; }
  scheduler& crew() const { return crew_; }
  runtime::work_stealing_deque<fiber>& ready() { return ready_; }

  /// Fibers made on this worker since the last reset; read and reset between runs only.
  std::uint64_t fibers_made() const { return fibers_made_; }
  void reset_fibers_made() { fibers_made_ = 0; }

  /// Makes a suspended fiber that `children` waits for. Throws limit_reached when there is no stack.
  template <class Body>
  fiber& create(join_counter& children, Body body);

  /// Queues a suspended fiber as this worker's newest; idle workers may steal it sooner or later.
  void make_ready(fiber& suspended) {
    if (ready_.push(&suspended)) sleepers_.notify();
  }

  /// The newest ready fiber, else the home fiber, which looks elsewhere.
  fiber& next_ready() {
    fiber* const newest = ready_.pop();
    share_ready();
    return newest != nullptr ? *newest : *home_;
  }

  /// Lets idle workers steal, if they have nothing left to. To be called whenever a ready fiber was taken.
  void share_ready() {
    if (ready_.share_if_none_is()) sleepers_.notify();
  }

  /// The kernel thread's life: runs fibers until the scheduler stops.
  void work();

  /// For a fiber that has ended and been left: destroys it, frees its stack and, for a root, ends the run.
  void recycle(fiber& ended);

 private:
  friend departure& swap_stacks(fiber& self, fiber& next, departure& left);

  scheduler& crew_;
  runtime::parking& sleepers_;
  std::size_t index_;
  fiber* home_ = nullptr;
  exception_state* exceptions_ = nullptr;  // the kernel thread's, in the C++ runtime
  std::uint64_t fibers_made_ = 0;
  runtime::stack_cache stacks_;
  runtime::work_stealing_deque<fiber> ready_;  // 1,024 at first: more than a depth-first graph ever has ready
};

/// The bare switch on self's worker, with all that must change with the stack. Returns who was left when `self` is
/// resumed. `self` ends when `left` is its farewell.
departure& swap_stacks(fiber& self, fiber& next, departure& left);

/// Leaves `self` for `next`, which nobody else may hold. `settle(worker& here, fiber& left)` says what becomes of self.
template <class Settle>
void leave_for(fiber& self, fiber& next, Settle settle) {
  struct settled_departure : departure {
    Settle action;
    static void run(departure& left) { static_cast<settled_departure&>(left).action(*left.who.where, left.who); }
  };
  settled_departure left{{self, &settled_departure::run}, settle};
  arrive(self, swap_stacks(self, next, left));
}

/// Suspends `self` until somebody who knows of it makes it ready; the worker's newest ready fiber goes on.
template <class Settle>
void suspend(fiber& self, Settle settle) {
  leave_for(self, self.where->next_ready(), settle);
}

/// To the end of the line: the worker's oldest ready fiber goes on. Returns at once when there is none.
void yield(fiber& self);

/// Hands over to a suspended fiber that is in no queue. `self` is then such a fiber itself.
void transfer(fiber& self, fiber& next);

/// Like transfer, but `self` is ready again, as the worker's newest.
void run_first(fiber& self, fiber& next);

/// The end of every fiber: goes on with the waiting parent of which this was the last child, else with the newest.
void end(fiber& self);

/// In a handler: a resource that ran out (limit_reached, std::bad_alloc) fails the run, anything else is a fault of
/// the unit and aborts the process.
void report_escaped_exception(fiber& self);

template <class Body>
void fiber_main(void* message, void* argument) {
  auto& self = *static_cast<fiber_of<Body>*>(argument);
  arrive(self, *static_cast<departure*>(message));
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
  std::size_t const top = (stack.size() - sizeof(made)) / 64 * 64;  // of a page-aligned stack: whole cache lines
  auto* const unit = new (stack.data() + top) made(stack, children, std::move(body));
  unit->stack_pointer = prepare_context(unit, &fiber_main<Body>, unit);
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
