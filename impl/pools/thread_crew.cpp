#include "impl/pools/thread_crew.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace unitcost::pools {

thread_crew::thread_crew(crew_options const& chosen)
    : capacity_(std::max<std::size_t>(chosen.capacity, 1)), discipline_(chosen.discipline) {
  if (chosen.threads == 0) throw std::invalid_argument("a pool without threads would run no task: give it one or more");
  threads_.reserve(chosen.threads);
  try {
    for (unsigned index = 0; index < chosen.threads; ++index)
      threads_.emplace_back(runtime::thread_attributes{.cpu = runtime::thread_attributes::cpu_of(chosen.cpus, index)},
                            [this] { serve(); });
  } catch (...) {  // no room for one more thread: those that are there wait for tasks
    terminate();
    join();
    throw;
  }
}

thread_crew::~thread_crew() {
  terminate();
  join();
}

bool thread_crew::submit(std::unique_ptr<task>& next, std::optional<std::int64_t> limit_ns) {
  {
    std::unique_lock lock(mutex_);
    if (!limit_ns)
      room_made_.wait(lock, [this] { return has_room(); });
    else if (!room_made_.wait_for(lock, std::chrono::nanoseconds(*limit_ns), [this] { return has_room(); }))
      return false;
    if (closed_) throw pool_not_running();
    queue_.push_back(std::move(next));
  }
  task_arrived_.notify_one();
  return true;
}

void thread_crew::close() {
  {
    std::lock_guard const hold(mutex_);
    closed_ = true;
  }
  // Who waits for a task ends, who waits for room is refused.
  task_arrived_.notify_all();
  room_made_.notify_all();
}

void thread_crew::terminate() {
  std::deque<std::unique_ptr<task>> dropped;
  {
    std::lock_guard const hold(mutex_);
    closed_ = true;
    dropped.swap(queue_);
  }
  task_arrived_.notify_all();
  room_made_.notify_all();
  for (auto const& each : dropped) each->drop();  // not under the lock: a handle's owner may call us
}

void thread_crew::join() {
  {
    std::lock_guard const hold(mutex_);
    if (!closed_) throw pool_still_running();
  }
  std::lock_guard const only(joining_);
  threads_.clear();
}

void thread_crew::require_running() {
  std::lock_guard const hold(mutex_);
  if (closed_) throw pool_not_running();
}

void thread_crew::serve() {
  while (std::unique_ptr<task> const next = take()) next->run();
}

std::unique_ptr<task> thread_crew::take() {
  std::unique_ptr<task> taken;
  {
    std::unique_lock lock(mutex_);
    task_arrived_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) return nullptr;
    if (discipline_ == queue_discipline::fifo) {
      taken = std::move(queue_.front());
      queue_.pop_front();
    } else {
      taken = std::move(queue_.back());
      queue_.pop_back();
    }
  }
  room_made_.notify_one();
  return taken;
}

}  // namespace unitcost::pools
