// The verbs of task_pool over processes. Beside what is said there: a body and its result are trivially copyable
// (task_slot says how large), an error comes back as its text (task_failed), and terminate also ends the tasks that
// run.
#pragma once

#include "impl/pools/process_crew.hpp"
#include "impl/pools/task_pool.hpp"

namespace unitcost::pools {

struct process_workers {
  using crew = process_crew;
  using options = process_crew_options;
  using task = remote_task;
  template <class Body, class Ended>
  using task_of = shipped_task<Body, Ended>;
  static constexpr bool terminate_ends_what_runs = true;
  static options placed(placement const& where) { return {.workers = where.workers, .cpus = where.cpus}; }
};

/// Tasks cannot give tasks to it.
class process_task_pool : public pool_of<process_workers> {
 public:
  using pool_of::pool_of;
};

}  // namespace unitcost::pools
