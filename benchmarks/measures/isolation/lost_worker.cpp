#include "benchmarks/measures/isolation/lost_worker.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <vector>

#include "benchmarks/measures/model_cases.hpp"
#include "impl/pools/process_task_pool.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/process_pool/process_pool.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

void lost_worker_log::run_task(unsigned number, way_to_die by) {
  if (number == doomed_task) {
    died_ns_.store(runtime::now_ns(), std::memory_order_relaxed);
    die(by);
  }
  finished_.fetch_add(1, std::memory_order_relaxed);
}

void measure_lost_worker(unsigned workers_made, way_to_die by, harness::measurement& given) {
  using log_type = lost_worker_log;
  auto const cpus = given.first_cpus(1);
  runtime::confine_to(cpus);
  runtime::shared_object<log_type> log(given.patience_ns());
  pools::process_task_pool pool(pools::process_task_pool::placed({.workers = workers_made, .cpus = cpus}));
  auto const task = [all = &*log, by](unsigned number) {
    return [all, by, number] {
      all->run_task(number, by);
      return true;
    };
  };
  std::vector<decltype(pool.apply_async(task(0)))> given_out;
  for (unsigned number = 0; number < log_type::tasks; ++number) given_out.push_back(pool.apply_async(task(number)));
  auto const meeting = [all = &*log] { return all->meet(); };
  auto first = pool.apply_async(meeting), second = pool.apply_async(meeting);
  unsigned lost = 0;
  for (auto& each : given_out) try {
      each.get();
    } catch (unit_crashed const&) {
      ++lost;
    }
  bool const met = first.get() && second.get();
  pool.close();
  pool.join();
  given.check(log->finished(), log_type::tasks - 1, lost, 1);
  if (!met)
    throw std::runtime_error(fmt::format("a worker that died was not replaced within {:.1f} s",
                                         static_cast<double>(given.patience_ns()) * 1e-9));
  given.report({.name = "others_finished",
                .label = "of 7 other tasks, those that came to their end",
                .value = static_cast<double>(log->finished()),
                .unit = "1",
                .better = harness::direction::greater},
               "the tasks' own notes");
  given.report({.name = "replaced_ns",
                .label = "from a worker's death until all workers are there again",
                .value = static_cast<double>(log->replaced_ns()),
                .unit = "ns"},
               "CLOCK_MONOTONIC");
}

void add_lost_worker_cases(harness::registry& all) {
  using enum way_to_die;
  for (way_to_die by : {segmentation_fault, abort}) {
    auto one = case_of<models::process_pool>(
        lost_worker_info, "pool", fmt::format("tasks:8/dies_by:{}/workers:{}", to_string(by), lost_worker_log::workers),
        harness::profile::standard);
    one.cpus_used = 1;
    one.prediction_factor = 0.2;
    one.run = [by](harness::measurement& given) { measure_lost_worker(lost_worker_log::workers, by, given); };
    all.add(one);
  }
}

}  // namespace unitcost::measures
