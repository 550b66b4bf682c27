// The coroutine of a unit that waits, for its turn or for an event, and has neither parent nor children: a unit of
// turns, of a ring, on a gate. It is as small as the compiler lets it be, since there may be a million of them.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>

#include "impl/stackless/frame_allocator.hpp"
#include "impl/stackless/run_state.hpp"

namespace unitcost::stackless_runtime {

/// It begins when it is first resumed, and is suspended at its end. It owns nothing: who made it destroys the
/// coroutine.
class [[nodiscard]] waiting_unit {
 public:
  struct promise_type {
    static void* operator new(std::size_t bytes) { return this_thread_frames.allocate(bytes); }
    static void operator delete(void* frame, std::size_t bytes) noexcept { this_thread_frames.free(frame, bytes); }

    waiting_unit get_return_object() { return waiting_unit(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    /// Outside of turns there is no run to tell: ends the process.
    void unhandled_exception() const {
      if (run_state::of_turns == nullptr) std::terminate();
      run_state::of_turns->record_failure();
    }
  };

  std::coroutine_handle<> handle() const { return unbegun_; }

 private:
  explicit waiting_unit(std::coroutine_handle<> unbegun) : unbegun_(unbegun) {}

  std::coroutine_handle<> unbegun_;
};

}  // namespace unitcost::stackless_runtime
