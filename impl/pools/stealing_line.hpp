// A double-ended queue for each worker, and one under a mutex for what comes from outside.
//
// A task that a task gives goes to the young end of its own worker's deque, without a lock, and the worker takes it
// from there, newest first; who has nothing takes what came from outside, several at once, and then, at the old end,
// what is another's. Everything in a deque may be stolen at any time, since nobody knows how long its owner's present
// task takes: this is Chase and Lev's deque without the private part that the runtimes of fork-join make use of.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "impl/pools/task_line.hpp"
#include "impl/runtime/parking.hpp"
#include "impl/runtime/work_stealing_deque.hpp"

namespace unitcost::pools {

/// Bounded for what comes from outside and no worker has taken yet; one takes up to 16 at once. What tasks give always
/// has room: one that waited for it would wait for itself.
class stealing_line final : public task_line {
 public:
  /// Room for `capacity` tasks from outside, one at least.
  stealing_line(std::size_t workers, std::size_t capacity);
  ~stealing_line() override;

  /// Never waits when a task gives it.
  bool push(std::unique_ptr<task>& next, std::optional<std::int64_t> limit_ns) override;
  std::unique_ptr<task> take(std::size_t worker) override;
  bool is_closed() const override { return closed_.load(std::memory_order_acquire); }
  void close() override;
  void terminate() override;

 private:
  using task_deque = runtime::work_stealing_deque<task>;
  using owned_task = std::unique_ptr<task>;

  bool may_push() const { return is_closed() || injected_.size() < capacity_; }
  void push_own(task_deque& own, owned_task& next);
  owned_task take_any(std::size_t worker);
  owned_task search(std::size_t worker);
  owned_task take_injected(task_deque& own);
  owned_task steal(std::size_t worker);
  bool sees_work() const;

  std::vector<std::unique_ptr<task_deque>> deques_;  ///< of tasks that this owns; one a worker
  std::size_t capacity_;
  runtime::parking parking_;
  std::atomic<bool> closed_{false}, terminated_{false};
  std::mutex mutex_;  ///< guards injected_
  std::condition_variable room_made_;
  std::deque<owned_task> injected_;  ///< oldest first
  /// Of injected_, for who only looks. Seq_cst, as parking asks of what is published.
  std::atomic<std::size_t> injected_count_{0};
};

}  // namespace unitcost::pools
