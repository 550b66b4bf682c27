// One bounded queue under one mutex, taken from at its one end or at the other.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>

#include "impl/pools/task_line.hpp"

namespace unitcost::pools {

/// A task that waits for room takes a thread away from making it: when all of them do, only a limit ends that.
class locked_line final : public task_line {
 public:
  /// Room for `capacity` tasks, one at least. `discipline` is fifo or lifo.
  locked_line(queue_discipline discipline, std::size_t capacity);

  bool push(std::unique_ptr<task>& next, std::optional<std::int64_t> limit_ns) override;
  std::unique_ptr<task> take(std::size_t worker) override;
  bool is_closed() const override;
  void close() override;
  void terminate() override;

 private:
  bool may_push() const { return closed_ || waiting_.size() < capacity_; }
  void tell_that_it_is_closed();

  queue_discipline discipline_;
  std::size_t capacity_;
  mutable std::mutex mutex_;              ///< guards what follows
  std::condition_variable task_arrived_;  ///< any idle thread takes any task: one is woken for one
  std::condition_variable room_made_;
  std::deque<std::unique_ptr<task>> waiting_;  ///< oldest first
  bool closed_ = false;
};

}  // namespace unitcost::pools
