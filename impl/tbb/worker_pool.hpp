// oneTBB's threads, owned: they start with the object and are gone when it is.
#pragma once

#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_scheduler_observer.h>

#include <cstdint>
#include <vector>

#include "impl/model.hpp"

namespace unitcost::models::tbb_parts {

/// Whether the thread that submits work lends itself to the arena. It is oneTBB's own habit: `execute` runs on the
/// caller, who is one of the workers for that time, so one worker means no other thread at all.
enum class caller { works, only_waits };

/// Pins each thread to the CPU of its arena slot while it is in the arena, and gives a caller its own mask back:
/// oneTBB knows no pinning to single CPUs, an observer is its documented place for it.
class pinning_observer : public ::tbb::task_scheduler_observer {
 public:
  pinning_observer(::tbb::task_arena& arena, std::vector<int> cpus);
  ~pinning_observer() override;
  pinning_observer(pinning_observer const&) = delete;
  pinning_observer& operator=(pinning_observer const&) = delete;

  void on_scheduler_entry(bool is_worker) override;
  void on_scheduler_exit(bool is_worker) override;

 private:
  std::vector<int> cpus_;
};

/// An arena of `where.workers` threads. oneTBB's threads are global to the process, so two pools alive at once share
/// them and the smaller one's limit holds for both; the harness has one at a time.
class worker_pool {
 public:
  /// Returns when the threads run (or after a second without them: oneTBB promises none). Throws std::system_error
  /// when a CPU of `where` is not ours to use.
  worker_pool(placement const& where, caller submitter);
  /// Ends and joins oneTBB's threads.
  ~worker_pool();
  worker_pool(worker_pool const&) = delete;
  worker_pool& operator=(worker_pool const&) = delete;

  ::tbb::task_arena& arena() { return arena_; }
  /// Thread k of the arena sees itself as slot k < slots(), from this_task_arena::current_thread_index().
  unsigned slots() const { return slots_; }

 private:
  void start_threads(unsigned threads);

  unsigned slots_;
  ::tbb::global_control parallelism_;
  ::tbb::task_scheduler_handle scheduler_;
  ::tbb::task_arena arena_;
  pinning_observer pinning_;
};

}  // namespace unitcost::models::tbb_parts
