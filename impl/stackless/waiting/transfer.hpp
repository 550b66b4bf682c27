// Going from one coroutine to the next without growing the native stack.
#pragma once

#include <coroutine>

namespace unitcost::stackless_runtime {

/// Whether the compiler makes a symmetric transfer a tail call: clang does at every level; g++ 12 where it optimises,
/// from -O2 on or by -foptimize-sibling-calls (which CMakeLists.txt asks for), and never under sanitizers.
#if defined(__clang__)
inline constexpr bool transfers_are_tail_calls = true;
#elif defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
inline constexpr bool transfers_are_tail_calls = true;
#else
inline constexpr bool transfers_are_tail_calls = false;
#endif

/// Where it is none, each transfer leaves a native frame behind; so after this many in a row the thread returns to
/// `drive`. 256 frames of some KiB (g++ -O0, ASan) fit into any thread's stack.
inline constexpr unsigned transfers_in_a_row = 256;

struct transfer_state {
  unsigned left = 0;
  std::coroutine_handle<> deferred;  ///< where `drive` goes on
};
inline constinit thread_local transfer_state transfers;

/// What an await_suspend returns in order to go on with `next` on this thread.
inline std::coroutine_handle<> transfer_to(std::coroutine_handle<> next) noexcept {
  if constexpr (transfers_are_tail_calls) return next;
  if (--transfers.left != 0) return next;
  transfers.deferred = next;
  return std::noop_coroutine();
}

/// Resumes `first` and whatever it transfers to, until a coroutine suspends without naming a next one.
inline void drive(std::coroutine_handle<> first) {
  if constexpr (transfers_are_tail_calls) return first.resume();
  for (auto next = first; next; next = transfers.deferred) {
    transfers = {transfers_in_a_row, nullptr};
    next.resume();
  }
}

}  // namespace unitcost::stackless_runtime
