#include "impl/pools/locked_line.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "impl/pools/pool_errors.hpp"

namespace unitcost::pools {

locked_line::locked_line(queue_discipline discipline, std::size_t capacity)
    : discipline_(discipline), capacity_(std::max<std::size_t>(capacity, 1)) {}

bool locked_line::push(std::unique_ptr<task>& next, std::optional<std::int64_t> limit_ns) {
  {
    std::unique_lock lock(mutex_);
    if (!limit_ns)
      room_made_.wait(lock, [this] { return may_push(); });
    else if (!room_made_.wait_for(lock, std::chrono::nanoseconds(*limit_ns), [this] { return may_push(); }))
      return false;
    if (closed_) throw pool_not_running();
    waiting_.push_back(std::move(next));
  }
  task_arrived_.notify_one();
  return true;
}

std::unique_ptr<task> locked_line::take(std::size_t) {
  std::unique_ptr<task> taken;
  {
    std::unique_lock lock(mutex_);
    task_arrived_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (waiting_.empty()) return nullptr;
    if (discipline_ == queue_discipline::fifo) {
      taken = std::move(waiting_.front());
      waiting_.pop_front();
    } else {
      taken = std::move(waiting_.back());
      waiting_.pop_back();
    }
  }
  room_made_.notify_one();
  return taken;
}

bool locked_line::is_closed() const {
  std::lock_guard const hold(mutex_);
  return closed_;
}

void locked_line::close() {
  {
    std::lock_guard const hold(mutex_);
    closed_ = true;
  }
  tell_that_it_is_closed();
}

void locked_line::terminate() {
  std::deque<std::unique_ptr<task>> dropped;
  {
    std::lock_guard const hold(mutex_);
    closed_ = true;
    dropped.swap(waiting_);
  }
  tell_that_it_is_closed();
  for (auto const& each : dropped) each->drop();  // not under the lock: a handle's owner may call us
}

void locked_line::tell_that_it_is_closed() {
  // Who waits for a task ends, who waits for room is refused.
  task_arrived_.notify_all();
  room_made_.notify_all();
}

}  // namespace unitcost::pools
