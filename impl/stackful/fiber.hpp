// A fiber: a stack of its own and what must be kept while it does not run.
#pragma once

#include <cstdint>
#include <utility>

#include "impl/runtime/sanitizer_fiber.hpp"
#include "impl/runtime/stack_mapping.hpp"
#include "impl/stackful/context_switch.hpp"

namespace unitcost::fibers {

class worker;
class join_counter;

/// The C++ runtime's per-thread record of exceptions being handled (__cxa_eh_globals, Itanium C++ ABI, Exception
/// Handling 2.2.2). Each fiber has its own, so that it may suspend, and migrate, inside a catch block or while a
/// scope is unwound.
struct exception_state {
  void* caught = nullptr;
  unsigned uncaught = 0;
};

struct fiber;

/// What is still to be done for a fiber that is being left: it can only be queued, counted or destroyed once its
/// registers are saved, or another worker could resume a half-saved frame. So the next fiber, on arrival on the
/// same kernel thread, calls `settle`. `settle` ends by publishing or destroying the fiber and touches nothing after:
/// this object lies on the stack that is left, or in the fiber.
struct departure {
  fiber& who;
  void (*settle)(departure&);
};

/// Lives at the top of its own stack; the worker's home fiber, which stands for the kernel thread's own stack, lives
/// in the worker. It is touched by one kernel thread at a time: whoever runs it, or took it out of a queue.
///
/// Where a fiber runs is found here and not in a thread_local variable: a compiler may compute such a variable's
/// address once and use it again after a switch that ended on another thread.
struct fiber {
  fiber() = default;  ///< the calling thread's own stack
  explicit fiber(runtime::stack_span memory, join_counter* joined_by)
      : stack(memory), parent(joined_by), sanitizer(memory.data(), memory.size()) {}

  void* stack_pointer = nullptr;  ///< where it is suspended; stale while it runs
  worker* where = nullptr;        ///< the worker that runs it, or ran it last
  fiber* next = nullptr;          ///< in the list of a gate
  runtime::stack_span stack;
  join_counter* parent = nullptr;  ///< told when the fiber ends; null for the root of a run
  exception_state exceptions;
  departure farewell{*this, nullptr};  ///< for its end, when AddressSanitizer already regards its frames as gone
  [[no_unique_address]] runtime::sanitizer_fiber sanitizer;
};

/// A fiber and the callable it runs: `void body(fiber&)`.
template <class Body>
struct fiber_of : fiber {
  fiber_of(runtime::stack_span memory, join_counter* joined_by, Body&& work)
      : fiber(memory, joined_by), body(std::move(work)) {}
  Body body;
};

/// First thing on every arrival, in a new fiber as in a resumed one.
inline void arrive(fiber& self, departure& left) {
  self.sanitizer.arrive_from(left.who.sanitizer);
  left.settle(left);
}

}  // namespace unitcost::fibers
