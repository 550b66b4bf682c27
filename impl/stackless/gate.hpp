// Where coroutines wait outside of a fork-join. For one thread; allocates nothing: who waits is linked in its frame.
#pragma once

#include <coroutine>
#include <new>
#include <utility>

#include "impl/stackless/transfer.hpp"

namespace unitcost::stackless_runtime {

/// A suspended coroutine; part of the awaitable in its frame.
struct waiter {
  std::coroutine_handle<> coroutine;
  waiter* next;  // while it is in a list
};

/// First in, first out, but for one who is pushed to the front.
class waiter_list {
 public:
  bool empty() const { return first_ == nullptr; }
  void push(waiter& last) {
    last.next = nullptr;
    (empty() ? first_ : last_->next) = &last;
    last_ = &last;
  }
  void push_front(waiter& first) {
    first.next = first_;
    if (empty()) last_ = &first;
    first_ = &first;
  }
  /// The list must not be empty.
  std::coroutine_handle<> pop() { return std::exchange(first_, first_->next)->coroutine; }

 private:
  waiter* first_ = nullptr;
  waiter* last_ = nullptr;
};

/// co_await gate suspends until open(), on whose thread it goes on.
class gate {
 public:
  /// Its 16 bytes are all that a waiting unit needs.
  auto operator co_await() {
    class wait_awaitable {
     public:
      explicit wait_awaitable(gate& at) : at_(&at) {}
      bool await_ready() const noexcept { return at_->open_; }
      void await_suspend(std::coroutine_handle<> self) noexcept {
        waiter_list& waiting = at_->waiting_;
        waiting.push(*new (&link_) waiter{self, nullptr});
      }
      void await_resume() const noexcept {}

     private:
      union {
        gate* at_;     // until it is in the list
        waiter link_;  // from then on
      };
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
