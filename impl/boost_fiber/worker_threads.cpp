#include "impl/boost_fiber/worker_threads.hpp"

#include <boost/fiber/algo/round_robin.hpp>
#include <boost/fiber/algo/shared_work.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>

#include <chrono>
#include <memory>
#include <utility>

#include "impl/boost_fiber/reacting_round_robin.hpp"
#include "impl/runtime/pinning.hpp"

namespace unitcost::models::boost_fiber_parts {

namespace {

thread_local std::uint64_t* made_here = nullptr;

/// The calling thread's main fiber waits in join, and the thread runs fibers meanwhile.
void run_to_its_end(fiber_stack& stacks, runtime::first_failure& failure, std::function<void()> const& root) {
  failure.guard([&] {
    boost::fibers::fiber(boost::fibers::launch::dispatch, std::allocator_arg, stacks, [&] {
      failure.guard(root);
    }).join();
  });
}

/// shared_work, but a worker that finds the queue empty offers its CPU before it polls again: with more workers than
/// CPUs the pollers would otherwise use up the time slices of the one that has work.
class yielding_shared_work : public boost::fibers::algo::shared_work {
 public:
  void suspend_until(std::chrono::steady_clock::time_point const&) noexcept override { std::this_thread::yield(); }
};

}  // namespace

[[gnu::noinline]] void worker_threads::count_unit() { ++*made_here; }

worker_threads::worker_threads(placement const& where, runtime::waits_over over)
    : workers_(where.workers), over_(over), working_(where.workers) {
  std::size_t started = 0;
  try {
    for (; started < workers_.size(); ++started)
      workers_[started].thread = std::thread([this, started, cpus = where.cpus] { start(started, cpus); });
  } catch (...) {
    stop();
    throw;
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return working_ == 0; });
  if (!start_failure_) return;
  lock.unlock();
  stop();
  std::rethrow_exception(start_failure_);
}

worker_threads::~worker_threads() { stop(); }

void worker_threads::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (worker& each : workers_)
    if (each.thread.joinable()) each.thread.join();
}

void worker_threads::start(std::size_t index, std::vector<int> const& cpus) {
  made_here = &workers_[index].made;
  std::exception_ptr failure;
  try {
    runtime::pin_to(cpus, index);
    if (workers_.size() > 1)
      boost::fibers::use_scheduling_algorithm<yielding_shared_work>();
    else
      boost::fibers::use_scheduling_algorithm<reacting_round_robin>(over_);
  } catch (...) {
    failure = std::current_exception();
  }
  {
    std::lock_guard lock(mutex_);
    --working_;
    if (failure) start_failure_ = failure;
  }
  changed_.notify_all();
  if (!failure) serve(index);
}

void worker_threads::serve(std::size_t index) {
  for (std::uint64_t served = 0;; ++served) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopping_ || runs_ > served; });
    if (stopping_) return;
    lock.unlock();
    if (index == 0)
      lead();
    else
      help();
    lock.lock();
    --working_;
    lock.unlock();
    changed_.notify_all();
  }
}

// The root may end on any worker.
void worker_threads::lead() {
  run_to_its_end(*stacks_, *failure_, root_);
  reacting_round_robin::let_go();
  {
    std::lock_guard lock(ending_);
    root_ended_ = true;
  }
  ended_.notify_all();
}

// Any other worker's main fiber waits for the root's end, and the worker runs what is in the shared queue.
void worker_threads::help() {
  std::unique_lock lock(ending_);
  ended_.wait(lock, [this] { return root_ended_; });
}

void worker_threads::run(fiber_stack& stacks, runtime::first_failure& failure, std::function<void()> root) {
  std::unique_lock lock(mutex_);
  for (worker& each : workers_) each.made = 0;
  stacks_ = &stacks;
  failure_ = &failure;
  root_ = std::move(root);
  root_ended_ = false;
  working_ = workers_.size();
  ++runs_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return working_ == 0; });
}

void worker_threads::run_on_caller(runtime::waits_over over, fiber_stack& stacks, runtime::first_failure& failure,
                                   std::function<void()> const& root) {
  boost::fibers::use_scheduling_algorithm<reacting_round_robin>(over);
  std::uint64_t made = 0;
  made_here = &made;
  run_to_its_end(stacks, failure, root);
  boost::fibers::use_scheduling_algorithm<boost::fibers::algo::round_robin>();  // Boost's default: ends the reactor
  made_here = nullptr;
}

std::uint64_t worker_threads::units_made() const {
  std::uint64_t sum = 0;
  for (worker const& each : workers_) sum += each.made;
  return sum;
}

}  // namespace unitcost::models::boost_fiber_parts
