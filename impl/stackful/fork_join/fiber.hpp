// A fiber: a stack of its own and what must be kept while it does not run.
#pragma once

#include <cstdint>
#include <utility>

#include "impl/runtime/sanitizer_fiber.hpp"
#include "impl/runtime/stack_mapping.hpp"
#include "impl/stackful/switch/inline_switch.hpp"

namespace unitcost::fibers {

class worker;
class join_counter;

struct fiber;

/// What is still to be done for a fiber that is being left: it can only be counted, destroyed, or queued where another
/// worker may take it, once its registers are saved. So the next fiber, on arrival on the same kernel thread, calls
/// `settle`. `settle` ends by publishing or destroying the fiber and touches nothing after: this object lies on the
/// stack that is left, or in the fiber.
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

  inline_context suspended;  ///< where it goes on; stale while it runs
  worker* where = nullptr;   ///< the worker that runs it, or ran it last
  fiber* next = nullptr;     ///< in the list of a gate, or in a worker's line
  runtime::stack_span stack;
  join_counter* parent = nullptr;      ///< told when the fiber ends; null for the root of a run
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

/// First thing on every arrival, in a new fiber as in a resumed one. `left`: null when nothing is to be done.
[[gnu::always_inline]] inline void arrive(fiber& self, departure* left) {
  self.sanitizer.arrive();
  if (left != nullptr) left->settle(*left);
}

}  // namespace unitcost::fibers
