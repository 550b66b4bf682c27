// The run in progress: whether its root has ended, and what failed.
#pragma once

#include <atomic>

#include "impl/runtime/first_failure.hpp"
#include "impl/runtime/futex.hpp"

namespace unitcost::runtime {

/// Of one run after the other: workers run the units of a root, another thread waits for its end.
class run_state {
 public:
  /// Joins above the failed unit throw it again, up to the root: no result is used that was never written.
  first_failure failure;

  /// Relaxed: the root is handed in after this, by a release.
  void begin() {
    failure.forget();
    ended_.store(0, std::memory_order_relaxed);
  }
  /// Release, and acquire in `wait`: the waiting thread sees all that the units wrote.
  void end() {
    ended_.store(1, std::memory_order_release);
    // The word is still there: whoever destroys the scheduler waits for this thread first.
    futex_wake(ended_, 1, sharing::threads);
  }
  void wait() {
    while (ended_.load(std::memory_order_acquire) == 0) futex_wait(ended_, 0, sharing::threads);
  }
  /// By the thread that ends it, or after `wait`.
  bool has_ended() const { return ended_.load(std::memory_order_relaxed) != 0; }

 private:
  futex_word ended_{0};
};

}  // namespace unitcost::runtime
