// The workers of one pool: forked ahead of the tasks, which they take from a queue in shared memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "impl/process/child_group.hpp"
#include "impl/process_pool/pool_context.hpp"
#include "impl/unit_report.hpp"

namespace unitcost::processes {

/// Belongs to the client, the process that made it. The destructor kills and reaps the workers that `stop` has not
/// ended: after a crash the others may wait for ever for what the dead one had taken.
class worker_crew {
 public:
  explicit worker_crew(std::size_t limit) : workers_(limit) {}

  /// Forks workers until there are `count`; returns when each has run `prologue(index)`, has called
  /// `arrivals.arrive(index)` and is about to wait for tasks.
  template <class Prologue>
  void grow_to(std::uint64_t count, unit_arrivals& arrivals, Prologue const& prologue) {
    while (workers_.size() < count)
      workers_.spawn([&, index = workers_.size()] {
        prologue(index);
        arrivals.arrive(index);
        pool_context(state_).work();
      });
    workers_.await_arrivals(arrivals, count);
  }

  /// Lets every worker end once it has nothing to do and reaps them; throws when one of them had crashed.
  void stop() {
    state_.queue->stop();
    workers_.reap_all();
  }

  pool_context client() { return pool_context(state_, workers_); }
  pool_state& state() { return state_; }
  child_group const& workers() const { return workers_; }

 private:
  pool_state state_;
  child_group workers_;
};

}  // namespace unitcost::processes
