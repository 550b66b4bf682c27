// Where tasks report in the order in which they end, so that nobody has to ask each handle.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "impl/pools/task.hpp"

namespace unitcost::pools {

/// Outlives the tasks that report to it. All functions may be called by any thread.
template <class Result>
class completion_queue {
 public:
  void put(task_handle<Result> ended) {
    {
      std::lock_guard const hold(mutex_);
      ended_.push_back(std::move(ended));
      // Under the lock: who takes the last of its tasks may destroy the queue at once.
      arrived_.notify_one();
    }
  }

  /// A task that has ended, in the order of the ends; waits for one.
  task_handle<Result> take() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !ended_.empty(); });
    return take_oldest();
  }
  /// Nothing when none ends in time.
  std::optional<task_handle<Result>> take_for(std::int64_t limit_ns) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::nanoseconds(limit_ns), [this] { return !ended_.empty(); })) return {};
    return take_oldest();
  }

 private:
  task_handle<Result> take_oldest() {
    task_handle<Result> oldest = std::move(ended_.front());
    ended_.pop_front();
    return oldest;
  }

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<task_handle<Result>> ended_;
};

}  // namespace unitcost::pools
