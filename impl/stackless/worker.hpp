// One worker thread's view of the scheduler, and the end of a unit.
#pragma once

#include <coroutine>
#include <exception>
#include <mutex>
#include <utility>

#include "impl/runtime/futex.hpp"
#include "impl/runtime/parking.hpp"
#include "impl/runtime/work_stealing_deque.hpp"
#include "impl/stackless/transfer.hpp"
#include "impl/stackless/unit.hpp"

namespace unitcost::stackless_runtime {

/// The run in progress: whether its root has ended, and the first exception that left one of its units. Joins and
/// calls above the failed unit throw that again, up to the root: no result is used that was never written.
class run_state {
 public:
  void record_failure() {
    std::lock_guard const lock(mutex_);
    if (!first_failure_) first_failure_ = std::current_exception();
  }
  /// In a unit above the one that failed.
  [[noreturn, gnu::noinline, gnu::cold]] void rethrow_shared_failure() {
    std::unique_lock lock(mutex_);
    std::exception_ptr const failure = first_failure_;
    lock.unlock();
    std::rethrow_exception(failure);
  }
  /// Throws the failure, if there is one, and forgets it.
  void rethrow_failure() {
    if (auto failure = std::exchange(first_failure_, nullptr)) std::rethrow_exception(failure);
  }
  /// Release and acquire: the waiting thread sees all that the units wrote. Relaxed: the word is reset before the
  /// root is handed in.
  void begin() { ended_.store(0, std::memory_order_relaxed); }
  void end() {
    ended_.store(1, std::memory_order_release);
    runtime::futex_wake(
        ended_, 1,
        runtime::sharing::threads);  // still there: whoever destroys the scheduler waits for this thread first
  }
  void wait() {
    while (ended_.load(std::memory_order_acquire) == 0) runtime::futex_wait(ended_, 0, runtime::sharing::threads);
  }

 private:
  std::mutex mutex_;
  std::exception_ptr first_failure_;
  runtime::futex_word ended_{0};
};

struct worker {
  runtime::parking& idle;
  run_state& run;
  runtime::work_stealing_deque<unit> continuations{};

  /// The calling thread's; nullptr on a thread that is no worker.
  inline static constinit thread_local worker* current = nullptr;

  /// Offers the continuation of the child's parent to thieves. From here on it may go on, and end, on another thread.
  /// If this throws (std::bad_alloc) nothing was offered, and the child, which has not started, is destroyed.
  [[gnu::always_inline]] void publish_parent_of(unit& child) {
    try {
      if (continuations.push(child.parent())) [[unlikely]]
        idle.notify();
    } catch (...) {
      child.handle().destroy();
      throw;
    }
  }
};

/// At a unit's final suspension: frees its frame and says who runs next on this thread.
[[gnu::always_inline]] inline std::coroutine_handle<> finish(unit& ended) noexcept;

/// The end of a child whose parent was stolen. The last child resumes the parent on this thread, whose deque is
/// empty then: thieves take the oldest first, so all that was below the parent was stolen before it.
[[gnu::noinline]] inline std::coroutine_handle<> finish_after_steal(unit& parent) noexcept {
  if (!parent.join().child_arrives()) return std::noop_coroutine();
  // A parent that ended without a join has waited for its children at its end.
  return parent.handle().done() ? finish(parent) : transfer_to(parent.handle());
}

[[gnu::always_inline]] inline std::coroutine_handle<> finish(unit& ended) noexcept {
  // A unit that an exception ended, or that forgot its join, may have children that still write into its frame.
  if (ended.join().was_stolen() && !ended.join().arrive_at_join()) return std::noop_coroutine();
  start const how = ended.how();
  unit* const parent = ended.parent();
  ended.free_frame();  // before the parent goes on: when the root has ended, every frame is free
  if (how == start::called) return transfer_to(parent->handle());
  worker* const self = worker::current;
  if (how == start::spawned)
    // What this thread pushed last is the continuation of the parent: whatever it pushed later it has taken back.
    return self->continuations.take_back() ? transfer_to(parent->handle()) : finish_after_steal(*parent);
  if (self != nullptr) self->run.end();
  return std::noop_coroutine();
}

}  // namespace unitcost::stackless_runtime
