// Whether a unit may start as a plain call, at once, on the stack of the unit that makes it.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

namespace unitcost::stackless_runtime {

/// One thread's. There are two reasons against a plain call, and one compare answers both, as in Go's stack check, by
/// which its scheduler also asks a goroutine to yield: the native stack has grown to its limit; or nothing of this
/// thread's could be stolen, so that its continuations have to become stealable (worker.hpp). On a thread that is no
/// worker no unit starts at once.
class plain_start {
 public:
  /// Owner only. Relaxed: when the answer is late, a unit more is a plain call, or one less.
  [[gnu::always_inline]] bool allowed() const {
    return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) > floor_.load(std::memory_order_relaxed);
  }
  /// Owner only, before it offers something: as long as the stack, which grows down, stays above `floor`.
  ///
  /// A thief forbids after it took the last that was on offer. Either that comes later than this, and stands; or this
  /// exchange reads it, and with acquire and release the owner's next look at its deque sees what was taken, and shares
  /// again. With a plain store the owner could look, then the thief take and forbid, and then the store, late, allow
  /// what should be forbidden: nothing would be on offer until the owner takes something back.
  void allow_above(std::uintptr_t floor) { floor_.exchange(floor, std::memory_order_acquire); }
  /// Any thread.
  void forbid() { floor_.store(forbidden, std::memory_order_release); }

 private:
  static constexpr std::uintptr_t forbidden = std::numeric_limits<std::uintptr_t>::max();
  std::atomic<std::uintptr_t> floor_{forbidden};
};
inline constinit thread_local plain_start this_thread_plain_start;

}  // namespace unitcost::stackless_runtime
