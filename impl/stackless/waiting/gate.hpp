// A gate at which coroutines wait until somebody opens it. For one thread; allocates nothing.
#pragma once

#include <coroutine>
#include <new>

#include "impl/stackless/waiting/waiter.hpp"

namespace unitcost::stackless_runtime {

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
      std::coroutine_handle<> const next = waiting_.pop().coroutine;
      next.resume();
      if (next.done()) next.destroy();
    }
  }

 private:
  bool open_ = false;
  waiter_list waiting_;
};

}  // namespace unitcost::stackless_runtime
