// A mutex between coroutines of `turns`: lock is awaited, and suspends only where somebody holds it.
#pragma once

#include <coroutine>
#include <utility>

#include "impl/stackless/waiting/turns.hpp"
#include "impl/stackless/waiting/waiter.hpp"

namespace unitcost::stackless_runtime {

/// Between units on one thread. First come, first served: who waits is linked in its own frame, and unlock hands the
/// mutex over to the first of them, so that nobody can come between. Nothing is allocated.
class mutex {
 public:
  /// co_await mutex.lock(among).
  auto lock(turns& among) {
    struct lock_awaitable : waiter {
      bool await_ready() const noexcept { return !std::exchange(at.held_, true); }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> self) noexcept {
        coroutine = self;
        at.waiting_.push(*this);
        return among.next();
      }
      void await_resume() const noexcept {}
      mutex& at;
      turns& among;
    };
    return lock_awaitable{{}, *this, among};
  }
  /// By its holder, which goes on.
  void unlock(turns& among) {
    if (waiting_.empty())
      held_ = false;
    else
      among.make_ready(waiting_.pop());
  }

 private:
  bool held_ = false;
  waiter_list waiting_;
};

}  // namespace unitcost::stackless_runtime
