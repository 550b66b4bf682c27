// blast_radius, workload pool: a task takes a worker of a pool with it: what becomes of the other tasks, and how soon
// has the manager replaced the worker?
#pragma once

#include <atomic>
#include <cstdint>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/gathering.hpp"
#include "benchmarks/measures/isolation/blast_radius.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info lost_worker_info{
    .name = "blast_radius",
    .question = "A task takes a pool's worker with it: what of the other tasks, and how soon is the worker replaced?",
    .from = "the task is about to die",
    .to = "as many tasks as there were workers are under way at the same time again",
    .unit = "tasks; ns",
    .method =
        "a pool of 2 on one CPU is given 8 tasks, of which the last dies, and then 2 that wait for each other: these "
        "can meet only when there are two workers again",
    .source = "the tasks' own notes in memory that is mapped shared; the tasks' handles; CLOCK_MONOTONIC",
    .file = "benchmarks/measures/isolation/lost_worker.cpp",
    .timed = false};

/// What the tasks leave behind, in shared memory.
class lost_worker_log {
 public:
  static constexpr unsigned workers = 2, tasks = 8, doomed_task = tasks - 1;

  explicit lost_worker_log(std::int64_t patience_ns) : meeting_(workers, patience_ns) {}

  /// The part of the task with that number.
  void run_task(unsigned number, way_to_die by);
  /// False when not as many tasks as there were workers came to be under way at the same time.
  bool meet() { return meeting_.await_all(); }

  unsigned finished() const { return finished_.load(std::memory_order_relaxed); }
  /// From the death until all had met.
  std::int64_t replaced_ns() const { return meeting_.complete_ns() - died_ns_.load(); }

 private:
  std::atomic<unsigned> finished_{0};
  std::atomic<std::int64_t> died_ns_{0};
  gathering meeting_;
};

/// With a pool of `workers_made`: of fewer than there should be when a test has one forget the dead.
void measure_lost_worker(unsigned workers_made, way_to_die by, harness::measurement& given);
void add_lost_worker_cases(harness::registry& all);

}  // namespace unitcost::measures
