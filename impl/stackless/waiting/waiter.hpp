// A coroutine that waits, and a list of them: each is linked in its own frame, so nothing is allocated.
#pragma once

#include <coroutine>
#include <utility>

namespace unitcost::stackless_runtime {

/// A suspended coroutine; part of the awaitable in its frame.
struct waiter {
  std::coroutine_handle<> coroutine;
  waiter* next;  // while it is in a list
};

/// First in, first out, but for one who is pushed to the front. For one thread.
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
  waiter& pop() { return *std::exchange(first_, first_->next); }

 private:
  waiter* first_ = nullptr;
  waiter* last_ = nullptr;
};

}  // namespace unitcost::stackless_runtime
