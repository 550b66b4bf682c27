// Who gives a pool its tasks, as one who starts units and holds them.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "impl/model.hpp"
#include "impl/pools/task_pool.hpp"

namespace unitcost::pools {

/// A task as the unit that its giver holds: joined, within a time or not, and asked whether it is alive, which it is
/// from when it is given on. What it lacks is what a task has not: it is nobody, and bears no name; and its pool waits
/// for all that have begun, so none is a daemon.
class held_task {
 public:
  explicit held_task(task_handle<void> handle) : handle_(std::move(handle)) {}
  held_task(held_task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  held_task& operator=(held_task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~held_task() {
    if (handle_) handle_->wait();
  }

  /// Throws what the task threw, task_dropped when it never ran.
  void join() { handle_->get(); }
  bool join_within(std::int64_t limit_ns) {
    if (!handle_->wait_for(limit_ns)) return false;
    join();
    return true;
  }
  bool alive() const { return !handle_->ready(); }

 private:
  std::optional<task_handle<void>> handle_;  ///< nothing: moved from
};

static_assert(joining_handle<held_task> && !unit_handle<held_task>);

/// A task that is given another one's body is such a giver, too. Not one who waits for tasks of its own pool.
struct task_giver {
  task_pool& pool;

  /// Throws as apply_async does. `body(task_giver&)`.
  template <class Body>
  held_task start(Body body) {
    return held_task(pool.apply_async([to = &pool, body = std::move(body)]() mutable {
      task_giver own{*to};
      body(own);
    }));
  }
};

}  // namespace unitcost::pools
