// The coroutine of a unit that waits, for its turn or for an event, and has neither parent nor children: a unit of
// turns, of a ring, on a gate. It is as small as the compiler lets it be, since there may be a million of them.
#pragma once

#include <coroutine>
#include <exception>

#include "impl/runtime/first_failure.hpp"
#include "impl/stackless/fork_join/cached_frame.hpp"

namespace unitcost::stackless_runtime {

/// Of units that take turns on the calling thread; nullptr where none do.
inline constinit thread_local runtime::first_failure* failure_of_turns = nullptr;

/// It begins when it is first resumed, and is suspended at its end. It owns nothing: who made it destroys the
/// coroutine.
class [[nodiscard]] waiting_unit {
 public:
  struct promise_type : cached_frame {
    waiting_unit get_return_object() { return waiting_unit(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    /// Outside of turns there is no run to tell: ends the process.
    void unhandled_exception() const {
      if (failure_of_turns == nullptr) std::terminate();
      failure_of_turns->keep(std::current_exception());
    }
  };

  std::coroutine_handle<> handle() const { return unbegun_; }

 private:
  explicit waiting_unit(std::coroutine_handle<> unbegun) : unbegun_(unbegun) {}

  std::coroutine_handle<> unbegun_;
};

}  // namespace unitcost::stackless_runtime
