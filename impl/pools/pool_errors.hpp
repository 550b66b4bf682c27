// What a pool throws at who uses it out of turn, or loses a task by that.
#pragma once

#include <stdexcept>

namespace unitcost::pools {

/// A task is given to a pool that was closed or terminated.
class pool_not_running : public std::logic_error {
 public:
  pool_not_running() : logic_error("the pool takes no more tasks: it was closed or terminated") {}
};

/// A pool is joined that still takes tasks: its workers would never end.
class pool_still_running : public std::logic_error {
 public:
  pool_still_running() : logic_error("the pool still takes tasks: close or terminate it before it is joined") {}
};

/// What became of a task that had not begun when its pool was terminated.
class task_dropped : public std::runtime_error {
 public:
  task_dropped() : runtime_error("the pool was terminated before the task began") {}
};

/// What a task threw in another process: its text and no more, since the type cannot travel.
class task_failed : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace unitcost::pools
