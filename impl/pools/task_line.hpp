// Where tasks wait, between those who give them and the threads that run them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "impl/pools/task.hpp"

namespace unitcost::pools {

/// Which of the tasks that wait is taken next.
enum class queue_discipline : std::uint8_t {
  fifo,   ///< the one that has waited longest: none starves
  lifo,   ///< the newest, whose data is warmest: the oldest waits as long as newer ones come
  deque,  ///< a task's own ones, the newest first, then what came from outside, then another thread's, the oldest first
};

/// Every task that is taken in is given to one worker, or dropped. All functions may be called by any thread.
class task_line {
 public:
  task_line() = default;
  task_line(task_line const&) = delete;
  task_line& operator=(task_line const&) = delete;
  virtual ~task_line() = default;

  /// Waits while there is no room, for at most `limit_ns` if that is said. False when the time passed, and the task is
  /// the caller's still. Throws pool_not_running when the line is closed, before or while it waits.
  virtual bool push(std::unique_ptr<task>& next, std::optional<std::int64_t> limit_ns) = 0;

  /// Waits for one. Nothing when none waits and none comes any more. `worker` is the caller's index among those that
  /// take, and always the same for one thread.
  virtual std::unique_ptr<task> take(std::size_t worker) = 0;

  virtual bool is_closed() const = 0;
  /// No more tasks; those that wait are given out still.
  virtual void close() = 0;
  /// No more tasks, and those that wait are dropped.
  virtual void terminate() = 0;
};

}  // namespace unitcost::pools
