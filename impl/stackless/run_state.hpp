// The run in progress: whether its root has ended, and what failed.
#pragma once

#include <exception>
#include <mutex>
#include <utility>

#include "impl/runtime/futex.hpp"

namespace unitcost::stackless_runtime {

/// Keeps the first exception that left a unit. Joins and calls above the failed unit throw that again, up to the root:
/// no result is used that was never written.
class run_state {
 public:
  /// Of units that take turns on the calling thread, which is no worker; nullptr where none do.
  inline static constinit thread_local run_state* of_turns = nullptr;

  void record_failure() {
    std::lock_guard const lock(mutex_);
    if (!first_failure_) first_failure_ = std::current_exception();
  }
  /// In a unit above the one that failed.
  [[noreturn, gnu::noinline, gnu::cold]] void rethrow_shared_failure() {
    std::unique_lock lock(mutex_);
    std::exception_ptr const failure = first_failure_;
    lock.unlock();
    std::rethrow_exception(failure);
  }
  /// Throws the failure, if there is one, and forgets it.
  void rethrow_failure() {
    if (auto failure = std::exchange(first_failure_, nullptr)) std::rethrow_exception(failure);
  }
  /// For a run on one thread.
  bool has_failed() const { return first_failure_ != nullptr; }

  /// Release and acquire: the waiting thread sees all that the units wrote. Relaxed: the word is reset before the
  /// root is handed in.
  void begin() { ended_.store(0, std::memory_order_relaxed); }
  void end() {
    ended_.store(1, std::memory_order_release);
    // The word is still there: whoever destroys the scheduler waits for this thread first.
    runtime::futex_wake(ended_, 1, runtime::sharing::threads);
  }
  void wait() {
    while (ended_.load(std::memory_order_acquire) == 0) runtime::futex_wait(ended_, 0, runtime::sharing::threads);
  }

 private:
  std::mutex mutex_;
  std::exception_ptr first_failure_;
  runtime::futex_word ended_{0};
};

}  // namespace unitcost::stackless_runtime
