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
  /// Owner only. Relaxed, like all of it: when the answer is late, a unit more is a plain call, or one less.
  [[gnu::always_inline]] bool allowed() const {
    return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) > floor_.load(std::memory_order_relaxed);
  }
  /// Owner only: as long as the stack, which grows down, stays above `floor`.
  void allow_above(std::uintptr_t floor) { floor_.store(floor, std::memory_order_relaxed); }
  /// Any thread.
  void forbid() { floor_.store(forbidden, std::memory_order_relaxed); }

 private:
  static constexpr std::uintptr_t forbidden = std::numeric_limits<std::uintptr_t>::max();
  std::atomic<std::uintptr_t> floor_{forbidden};
};
inline constinit thread_local plain_start this_thread_plain_start;

}  // namespace unitcost::stackless_runtime
