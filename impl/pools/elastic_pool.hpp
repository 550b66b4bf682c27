// The verbs of task_pool over threads whose number follows the load.
#pragma once

#include "impl/pools/elastic_crew.hpp"
#include "impl/pools/task_pool.hpp"

namespace unitcost::pools {

struct elastic_workers {
  using crew = elastic_crew;
  using options = elastic_options;
  using task = pools::task;
  template <class Body, class Ended>
  using task_of = promised_task<Body, Ended>;
  static constexpr bool terminate_ends_what_runs = false;
  /// As many at most as there are workers.
  static options placed(placement const& where) {
    return {.size = {.least = 1, .most = where.workers}, .cpus = where.cpus};
  }
};

class elastic_pool : public pool_of<elastic_workers> {
 public:
  using pool_of::pool_of;
  using blocking_section = elastic_crew::blocking_section;

  crew_counts counts() { return crew().counts(); }
};

}  // namespace unitcost::pools
