// Where units that the kernel schedules, threads or processes, sleep until all of them have come.
#pragma once

#include <atomic>
#include <cstdint>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/timed_futex.hpp"

namespace unitcost::measures {

/// In shared memory. Nobody waits for longer than `patience_ns`: some may have died on their way.
class gathering {
 public:
  gathering(unsigned units, std::int64_t patience_ns) : units_(units), patience_ns_(patience_ns) {}

  /// Returns true when all have come, false when the patience is at its end.
  bool await_all() {
    // Acquire and release: who goes on sees what the others did before they came.
    if (come_.fetch_add(1, std::memory_order_acq_rel) + 1 == units_) {
      complete_ns_.store(runtime::now_ns(), std::memory_order_relaxed);
      // Release: who is let go sees when.
      open_.store(1, std::memory_order_release);
      runtime::futex_wake(open_);
      return true;
    }
    std::int64_t const until_ns = runtime::now_ns() + patience_ns_;
    while (open_.load(std::memory_order_acquire) == 0) {
      std::int64_t const left_ns = until_ns - runtime::now_ns();
      if (left_ns <= 0) return false;
      runtime::futex_wait_for(open_, 0, left_ns);
    }
    return true;
  }

  /// When the last one came, before it woke the others. 0: not yet.
  std::int64_t complete_ns() const { return complete_ns_.load(std::memory_order_relaxed); }

 private:
  unsigned units_;
  std::int64_t patience_ns_;
  std::atomic<unsigned> come_{0};
  std::atomic<std::int64_t> complete_ns_{0};
  runtime::futex_word open_{0};
};

}  // namespace unitcost::measures
