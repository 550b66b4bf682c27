#include "impl/pools/process_crew.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include "impl/process/unit_crashed.hpp"

namespace unitcost::pools {
namespace {

unsigned checked(unsigned workers) {
  if (workers == 0) throw std::invalid_argument("a pool without workers would run no task: give it one or more");
  if (workers >= slot_queue::client)
    throw std::invalid_argument("a pool of " + std::to_string(workers) + " workers: at most " +
                                std::to_string(slot_queue::client - 1) + " can be told apart, slot_queue::owner");
  return workers;
}

/// One more for each worker: what runs has a slot, too. So a slot is free exactly when the queue has room, or when a
/// worker that is idle or being replaced will make some at once.
std::uint32_t slots_for(process_crew_options const& chosen) {
  return static_cast<std::uint32_t>(std::max<std::size_t>(chosen.capacity, 1) + checked(chosen.workers));
}

constexpr std::uint32_t some_news = 0, end_of_nursery = 1;

}  // namespace

process_crew::process_crew(process_crew_options const& chosen)
    : workers_(checked(chosen.workers)),
      tasks_per_worker_(chosen.tasks_per_worker),
      tasks_(slots_for(chosen)),
      queue_(slots_for(chosen), news_),
      nursery_(
          workers_, chosen.cpus, [this](unsigned worker) { serve(worker); }, news_) {
  for (std::uint32_t slot = queue_.size(); slot > 0; --slot) free_.push_back(slot - 1);
  watched_.add(news_.descriptor(), EPOLLIN | EPOLLET, some_news);
  watched_.add(nursery_.end_descriptor(), EPOLLIN, end_of_nursery);
  start_all();
  manager_ = runtime::posix_thread({}, [this] { manage(); });
}

process_crew::~process_crew() {
  terminate();
  join();
}

void process_crew::start_all() {
  for (unsigned worker = 0; worker < workers_; ++worker) nursery_.start(worker);
  for (unsigned worker = 0; worker < workers_;) {
    if (nursery_.has_started(worker))
      ++worker;
    else if (nursery_.has_ended())
      throw unit_crashed("the process that starts the workers of a pool was killed meanwhile", 0, 0);
    else
      watched_.wait();
  }
}

void process_crew::serve(unsigned worker) {
  for (std::uint64_t run = 0; tasks_per_worker_ == 0 || run < tasks_per_worker_; ++run) {
    auto const next = queue_.take_or_wait(static_cast<slot_queue::owner>(worker));
    if (!next) return;
    queue_.slot(*next).run();
    queue_.finish(*next);
  }
}

bool process_crew::submit(std::unique_ptr<remote_task>& next, std::optional<std::int64_t> limit_ns) {
  std::unique_lock lock(mutex_);
  if (!limit_ns)
    room_made_.wait(lock, [this] { return has_room(); });
  else if (!room_made_.wait_for(lock, std::chrono::nanoseconds(*limit_ns), [this] { return has_room(); }))
    return false;
  if (closed_) throw pool_not_running();
  std::uint32_t const slot = free_.back();
  next->place_in(queue_.slot(slot));
  free_.pop_back();
  tasks_[slot] = std::move(next);
  queue_.push(slot);
  return true;
}

void process_crew::require_running() {
  std::lock_guard const hold(mutex_);
  if (closed_) throw pool_not_running();
}

void process_crew::close() {
  {
    std::lock_guard const hold(mutex_);
    closed_ = true;
  }
  room_made_.notify_all();
  news_.ring();  // all may have ended already
}

void process_crew::terminate() {
  {
    std::lock_guard const hold(mutex_);
    closed_ = terminated_ = true;
  }
  room_made_.notify_all();
  while (auto const slot = queue_.take(slot_queue::client)) {
    taken_out(*slot)->drop();  // not under the lock: a handle's owner may call us
    put_back(*slot);
  }
  nursery_.kill();
}

void process_crew::join() {
  {
    std::lock_guard const hold(mutex_);
    if (!closed_) throw pool_still_running();
  }
  std::lock_guard const only(joining_);
  manager_.join();
}

void process_crew::manage() {
  for (bool nursery_has_ended = false; !nursery_has_ended;) {
    stop_when_done();
    nursery_has_ended = wait_for_news();
    settle_ended();
    replace_ended();
  }
  fail_all_left();
  nursery_.reap();
}

void process_crew::settle_ended() {
  for (std::uint32_t const slot : queue_.take_ended()) {
    taken_out(slot)->run();
    put_back(slot);
  }
}

void process_crew::replace_ended() {
  for (unsigned worker = 0; worker < workers_; ++worker)
    if (auto const end = nursery_.take_end(worker)) {
      settle_ended();  // what it ended before it did itself
      fail_left_by(worker, &*end);
      // It looks at the queue first: should the dead one have been woken for a task and not have taken it, this one
      // does.
      nursery_.start(worker);
    }
}

void process_crew::stop_when_done() {
  {
    std::lock_guard const hold(mutex_);
    if (!closed_ || free_.size() < tasks_.size()) return;
  }
  queue_.stop();
  nursery_.stop();
}

void process_crew::fail_all_left() {
  {
    std::lock_guard const hold(mutex_);
    closed_ = true;  // where the nursery was killed
  }
  room_made_.notify_all();
  // The queue first: a worker that is killed with its nursery, but not yet, could take one of these otherwise.
  while (auto const slot = queue_.take(slot_queue::client)) {
    taken_out(*slot)->fail(death(nullptr));
    put_back(*slot);
  }
  for (unsigned worker = 0; worker < workers_; ++worker) fail_left_by(worker, nullptr);
}

void process_crew::fail_left_by(unsigned worker, processes::child_end const* end) {
  for (auto const& [slot, has_ended] : queue_.left_by(static_cast<slot_queue::owner>(worker))) {
    auto const left = taken_out(slot);
    if (has_ended)
      left->run();
    else
      left->fail(death(end));
    put_back(slot);
  }
}

std::exception_ptr process_crew::death(processes::child_end const* end) {
  if (end == nullptr)
    return std::make_exception_ptr(unit_crashed(
        "the process that starts the workers of the pool was killed, and they with it: make a new pool", 0, SIGKILL));
  std::lock_guard const hold(mutex_);
  return std::make_exception_ptr(
      unit_crashed(end->description() + (terminated_ ? " when its pool was terminated" : " while it ran this task"),
                   end->pid, end->signal));
}

bool process_crew::wait_for_news() {
  if (!queue_.prepare_wait()) return false;
  return std::ranges::any_of(watched_.wait(), [](epoll_event const& one) { return one.data.u32 == end_of_nursery; });
}

std::unique_ptr<remote_task> process_crew::taken_out(std::uint32_t slot) {
  std::lock_guard const hold(mutex_);
  return std::move(tasks_[slot]);
}

void process_crew::put_back(std::uint32_t slot) {
  {
    std::lock_guard const hold(mutex_);
    free_.push_back(slot);
  }
  room_made_.notify_one();
}

}  // namespace unitcost::pools
