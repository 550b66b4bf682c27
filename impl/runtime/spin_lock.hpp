// A lock whose waiters look again and again instead of sleeping: for what is held shorter than a sleep takes.
#pragma once

#include <sched.h>

#include <atomic>

namespace unitcost::runtime {

/// Between threads, and between processes that share its memory. Waiters only read until it looks free (test and
/// test-and-set: an exchange takes the cache line away from the holder), pause the CPU between two looks, and give
/// their CPU away at every 64th: its holder may be waiting for it. It is fair to nobody, and does not tell when its
/// holder has died.
class spin_lock {
 public:
  void lock() {
    unsigned looks = 0;
    // Acquire: what the last holder wrote is seen; otherwise this one could go on from values before that.
    while (taken_.exchange(true, std::memory_order_acquire))
      while (taken_.load(std::memory_order_relaxed))
        if (++looks % looks_until_yield == 0)
          ::sched_yield();
        else
          pause_cpu();
  }
  /// Release: what was written under the lock is there before the next holder is.
  void unlock() { taken_.store(false, std::memory_order_release); }

 private:
  static constexpr unsigned looks_until_yield = 64;

  static void pause_cpu() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  std::atomic<bool> taken_{false};
};

}  // namespace unitcost::runtime
