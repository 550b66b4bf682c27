// gil: a global interpreter lock by the rules of CPython since 3.2 (Python/ceval_gil.c; Beazley, "Understanding the
// Python GIL", PyCon 2010). Of all threads one at a time executes; it goes on until it blocks or until another has
// waited for an interval and asks for the lock.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace unitcost::gil {

/// Neither recursive nor fair: of several waiters any may be next.
class global_lock {
 public:
  /// sys.getswitchinterval() of a CPython that nobody has told otherwise.
  static constexpr std::chrono::nanoseconds default_switch_interval = std::chrono::milliseconds(5);

  explicit global_lock(std::chrono::nanoseconds switch_interval = default_switch_interval)
      : switch_interval_(switch_interval) {}
  global_lock(global_lock const&) = delete;
  global_lock& operator=(global_lock const&) = delete;

  /// Waits until nobody holds it. Whoever has waited for an interval in which the lock did not change hands asks the
  /// holder for it.
  void acquire();
  /// By its holder: before it blocks, and at its end. If somebody asks, it returns when another thread has had the
  /// lock.
  void release();
  /// By its holder, between any two steps of its own ("the eval breaker"): if somebody asks, gives the lock away and
  /// takes it again.
  void let_go_if_asked() {
    // Relaxed: a request that is seen a step later is answered a step later. What it is about is under the mutex.
    if (!asked_.load(std::memory_order_relaxed)) return;
    release();
    acquire();
  }

  /// Threads that wait for it at this moment.
  unsigned waiting() const;

  /// How often another thread took it than the one before. Exact when nobody uses the lock.
  std::uint64_t switches() const { return switches_; }

 private:
  std::chrono::nanoseconds switch_interval_;
  std::atomic<bool> asked_{false};
  mutable std::mutex mutex_;  ///< of all below
  std::condition_variable free_, taken_by_another_;
  bool is_held_ = false;
  unsigned waiting_ = 0;
  std::thread::id last_holder_;
  std::uint64_t switches_ = 0;
};

}  // namespace unitcost::gil
