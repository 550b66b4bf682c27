// Where coroutines wait outside of a fork-join. For one thread; allocates nothing: who waits is linked in its frame.
#pragma once

#include <coroutine>
#include <utility>

#include "impl/stackless/transfer.hpp"

namespace unitcost::stackless_runtime {

/// A suspended coroutine; part of the awaitable in its frame.
struct waiter {
  std::coroutine_handle<> coroutine;
  waiter* next = nullptr;
};

/// First in, first out.
class waiter_list {
 public:
  bool empty() const { return first_ == nullptr; }
  void push(waiter& last) {
    last.next = nullptr;
    (empty() ? first_ : last_->next) = &last;
    last_ = &last;
  }
  /// The list must not be empty.
  std::coroutine_handle<> pop() { return std::exchange(first_, first_->next)->coroutine; }

 private:
  waiter* first_ = nullptr;
  waiter* last_ = nullptr;
};

/// co_await gate.wait() suspends until open(), on whose thread it goes on.
class gate {
 public:
  auto wait() {
    struct wait_awaitable : waiter {
      explicit wait_awaitable(gate& at_gate) : at(at_gate) {}
      bool await_ready() const noexcept { return at.open_; }
      void await_suspend(std::coroutine_handle<> self) noexcept {
        coroutine = self;
        at.waiting_.push(*this);
      }
      void await_resume() const noexcept {}
      gate& at;
    };
    return wait_awaitable(*this);
  }
  /// Runs all that wait, in the order in which they came, each until it suspends again or ends; frees the frames of
  /// those that end.
  void open() {
    open_ = true;
    while (!waiting_.empty()) {
      std::coroutine_handle<> const next = waiting_.pop();
      next.resume();
      if (next.done()) next.destroy();
    }
  }

 private:
  bool open_ = false;
  waiter_list waiting_;
};

}  // namespace unitcost::stackless_runtime
