// The scheduler: workers with work stealing, and the way in from outside.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/chosen_reactor.hpp"
#include "impl/runtime/parking.hpp"
#include "impl/runtime/run_state.hpp"
#include "impl/runtime/stack_mapping.hpp"
#include "impl/stackful/fork_join/fiber.hpp"
#include "impl/stackful/fork_join/worker.hpp"

namespace unitcost::fibers {

/// What every fiber of a scheduler runs on.
struct stack_options {
  std::size_t bytes = 16 * 1024;
  runtime::stack_guard guard = runtime::stack_guard::none;
};

/// Whose thread a worker is.
enum class worked_by : std::uint8_t {
  own_threads,
  caller,  ///< of `run`, which is pinned meanwhile: one worker, and no thread is started
};

/// Order of work: a worker runs its newest fiber first, so a graph is walked depth-first and few fibers are alive;
/// a worker that has none steals the oldest of another, the largest piece of the graph; one that finds nothing sleeps.
class scheduler {
 public:
  /// Starts and pins the workers. `capacity` fibers beside the root can be alive at once; beyond that, and what the
  /// workers' stack caches hold, create throws limit_reached.
  /// `over`: how the fibers of a worker that is alone wait for descriptors.
  scheduler(stack_options const& stacks, placement const& where, std::uint64_t capacity,
            worked_by whose = worked_by::own_threads, runtime::waits_over over = runtime::waits_over::epoll);
  scheduler(scheduler const&) = delete;
  scheduler& operator=(scheduler const&) = delete;
  /// Fibers that are still suspended are dropped, not unwound; unless a run has failed that is a fault of the model,
  /// which is reported and aborts the process.
  ~scheduler();

  /// Runs `body(fiber&)` as a fiber and blocks the caller until that has ended. Rethrows what `fail` was told. One run
  /// at a time. A worker of its caller throws std::logic_error when the root waits for what nobody is left to do. Where
  /// the kernel refuses to wait for events, that is thrown; by all later runs too, where the worker has its own thread.
  template <class Body>
  void run(Body body) {
    start_and_wait(make_fiber(root_stack_, nullptr, std::move(body)));
  }

  /// Fibers that the last run made, its root included.
  std::uint64_t fibers_made() const;

  /// Any fiber: the run cannot be completed. The first reason counts.
  void fail(std::exception_ptr reason);
  /// Any fiber: throws the reason if the run has failed, so that nobody goes on with a result that was never written.
  void throw_if_failed() {
    if (failed_.load(std::memory_order_acquire)) run_.failure.rethrow_shared();
  }

  worked_by whose() const { return whose_; }

  // For workers.
  fiber* next_work(worker& idle);  ///< blocks; null when the scheduler stops, or the caller's run has nothing left
  void root_ended() { run_.end(); }
  /// Whoever leaves `who`: aborts with a report if it has overflowed its stack, as far as its guard can tell.
  void check_stack_of(fiber const& who) const {
    if (!who.stack.empty() && !stacks_.intact(who.stack)) report_overflow_of(who);
  }

 private:
  void start_threads(placement const& where);
  void stop();
  void start_and_wait(fiber& root);
  void work_as_caller();
  void work_as_thread(worker& own, runtime::chosen_reactor& events);
  fiber* find_work(worker& idle);
  bool has_work() const;
  [[noreturn]] void report_overflow_of(fiber const& who) const;

  worked_by whose_;
  runtime::waits_over over_;
  std::vector<int> callers_cpus_;
  runtime::stack_mapping stacks_;
  // Kept apart: a run can start, and release others, when all stacks are in use; and exceptions unwind on it when they
  // are small.
  runtime::stack_mapping root_stacks_;
  runtime::stack_span root_stack_;
  runtime::parking parking_{0};
  std::vector<std::unique_ptr<worker>> workers_;
  std::atomic<fiber*> inbox_{nullptr};  // the root of a run, until a worker takes it
  runtime::run_state run_;
  std::atomic<bool> failed_{false};  // set when the failure is there
  bool ever_failed_ = false;         // a run before this one
  bool lost_its_thread_ = false;     // the only one, in a run that has failed; written before that run's end
  std::vector<std::jthread> threads_;
};

}  // namespace unitcost::fibers
