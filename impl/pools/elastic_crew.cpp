#include "impl/pools/elastic_crew.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "impl/pools/pool_errors.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::pools {

namespace {

/// How long the manager waits before it tries again to start a thread for which there was no room.
constexpr std::int64_t retry_ns = 10'000'000;

/// steady_clock is CLOCK_MONOTONIC in libstdc++ and libc++ alike.
std::chrono::steady_clock::time_point at(std::int64_t time_ns) {
  return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(time_ns));
}

thread_local elastic_crew* crew_of_this_thread = nullptr;
thread_local unsigned sections_of_this_thread = 0;  // one within another: the thread is blocked once

elastic_options checked(elastic_options chosen) {
  if (chosen.size.least == 0 || chosen.size.most < chosen.size.least)
    throw std::invalid_argument("an elastic pool has one thread at least, and its most is no less than its least");
  chosen.capacity = std::max<std::size_t>(chosen.capacity, 1);
  return chosen;
}

}  // namespace

elastic_crew::elastic_crew(elastic_options chosen)
    : chosen_(checked(std::move(chosen))),
      idle_counted_until_ns_(runtime::now_ns()),
      last_start_ns_(idle_counted_until_ns_) {
  try {
    {
      lock_type lock(mutex_);
      while (members_.size() < chosen_.size.least) start_one(lock);
    }
    manager_ = runtime::posix_thread({}, [this] { manage(); });
  } catch (...) {  // no room for one more thread: those that are there end
    close();
    lock_type lock(mutex_);
    changed_.wait(lock, [this] { return counts_.threads == 0; });
    throw;
  }
}

elastic_crew::~elastic_crew() {
  terminate();
  join();
}

bool elastic_crew::submit(std::unique_ptr<task>& next, std::optional<std::int64_t> limit_ns) {
  lock_type lock(mutex_);
  if (!limit_ns)
    room_made_.wait(lock, [this] { return may_submit(); });
  else if (!room_made_.wait_for(lock, std::chrono::nanoseconds(*limit_ns), [this] { return may_submit(); }))
    return false;
  if (closed_) throw pool_not_running();
  if (!idle_.empty()) {
    member& last = *idle_.back();
    leave_idle(last);
    last.given = std::move(next);
    last.called.notify_one();  // under the lock: afterwards it may have ended already
  } else {
    waiting_.push_back({std::move(next), runtime::now_ns()});
    if (waiting_.size() == 1) changed_.notify_one();  // of the others the manager thinks when it has seen to this one
  }
  return true;
}

void elastic_crew::require_running() {
  lock_type const lock(mutex_);
  if (closed_) throw pool_not_running();
}

void elastic_crew::close() {
  lock_type const lock(mutex_);
  closed_ = true;
  for (member* each : idle_) each->called.notify_one();
  room_made_.notify_all();
}

void elastic_crew::terminate() {
  close();
  std::deque<waiting_task> dropped;
  {
    lock_type const lock(mutex_);
    dropped.swap(waiting_);
  }
  for (auto const& each : dropped) each.what->drop();  // not under the lock: a handle's owner may call us
}

void elastic_crew::join() {
  {
    lock_type const lock(mutex_);
    if (!closed_) throw pool_still_running();
  }
  std::lock_guard const only(joining_);
  manager_.join();
}

crew_counts elastic_crew::counts() {
  lock_type const lock(mutex_);
  count_idle_time();
  return counts_;
}

crew_state elastic_crew::state() const {
  return {.threads = counts_.threads,
          .idle = static_cast<unsigned>(idle_.size()) + starting_,
          .blocked = blocked_,
          .waiting_since_ns = waiting_.empty() ? std::nullopt : std::optional(waiting_.front().since_ns),
          .last_start_ns = last_start_ns_};
}

void elastic_crew::count_idle_time() {
  std::int64_t const now_ns = runtime::now_ns();
  counts_.idle_ns += static_cast<std::int64_t>(idle_.size()) * (now_ns - idle_counted_until_ns_);
  idle_counted_until_ns_ = now_ns;
}

void elastic_crew::leave_idle(member& one) {
  count_idle_time();
  idle_.erase(std::ranges::find(idle_, &one));
}

void elastic_crew::tell_size() {
  if (chosen_.on_size) chosen_.on_size(runtime::now_ns(), counts_.threads);
}

void elastic_crew::start_one(lock_type& lock) {
  member& one = members_.emplace_back();
  auto const where = std::prev(members_.end());
  int const cpu = runtime::thread_attributes::cpu_of(chosen_.cpus, counts_.started);
  last_start_ns_ = runtime::now_ns();
  ++counts_.threads;
  ++starting_;
  lock.unlock();
  try {
    one.thread = runtime::posix_thread({.cpu = cpu}, [this, &one] { serve(one); });
  } catch (...) {
    lock.lock();
    members_.erase(where);
    --counts_.threads;
    --starting_;
    throw;
  }
  lock.lock();
  ++counts_.started;
  tell_size();
}

void elastic_crew::serve(member& self) {
  crew_of_this_thread = this;
  lock_type lock(mutex_);
  --starting_;
  counts_.most_threads = std::max(counts_.most_threads, counts_.threads - starting_);
  while (std::unique_ptr<task> next = next_for(self, lock)) {
    lock.unlock();
    next->run();
    next.reset();
    lock.lock();
  }
  --counts_.threads;
  retired_.splice(retired_.end(), members_, std::ranges::find(members_, &self, [](member& each) { return &each; }));
  tell_size();
  changed_.notify_one();
}

std::unique_ptr<task> elastic_crew::take_waiting() {
  if (waiting_.empty()) return nullptr;
  std::unique_ptr<task> oldest = std::move(waiting_.front().what);
  waiting_.pop_front();
  room_made_.notify_one();
  if (!waiting_.empty()) changed_.notify_one();  // who has waited longest is another now
  return oldest;
}

std::unique_ptr<task> elastic_crew::next_for(member& self, lock_type& lock) {
  if (auto oldest = take_waiting()) return oldest;
  while (!closed_) {
    count_idle_time();
    idle_.push_back(&self);
    room_made_.notify_one();
    std::int64_t const until_ns = runtime::now_ns() + chosen_.size.idle_time_out_ns;
    self.called.wait_until(lock, at(until_ns), [&] { return self.given != nullptr || closed_; });
    if (self.given != nullptr) return std::move(self.given);
    leave_idle(self);
    if (!closed_ && may_retire(chosen_.size, state())) {
      ++counts_.retired;
      return nullptr;
    }
  }
  return nullptr;
}

void elastic_crew::manage() {
  lock_type lock(mutex_);
  while (!closed_ || counts_.threads > 0) {
    if (!retired_.empty()) {
      join_retired(lock);
      continue;  // it was let go of meanwhile
    }
    auto const due_ns = chosen_.when_due(chosen_.size, state());
    if (!due_ns) {
      changed_.wait(lock);
    } else if (std::int64_t const when_ns = std::max(*due_ns, next_try_ns_); when_ns > runtime::now_ns()) {
      changed_.wait_until(lock, at(when_ns));
    } else {
      try {
        start_one(lock);
      } catch (...) {  // no room for one more: the tasks are served by those that are there
        next_try_ns_ = runtime::now_ns() + retry_ns;
      }
    }
  }
  join_retired(lock);
}

void elastic_crew::join_retired(lock_type& lock) {
  std::list<member> ended;
  ended.swap(retired_);
  lock.unlock();
  ended.clear();  // a member joins its thread
  lock.lock();
}

void elastic_crew::count_blocked(int change) {
  lock_type const lock(mutex_);
  blocked_ += static_cast<unsigned>(change);
  if (change > 0 && !waiting_.empty()) changed_.notify_one();
}

elastic_crew::blocking_section::blocking_section() : crew_(crew_of_this_thread) {
  if (crew_ != nullptr && sections_of_this_thread++ == 0) crew_->count_blocked(1);
}

elastic_crew::blocking_section::~blocking_section() {
  if (crew_ != nullptr && --sections_of_this_thread == 0) crew_->count_blocked(-1);
}

}  // namespace unitcost::pools
