// The cases of the measure lock: which models, which locks, how many units.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/coordination/lock.hpp"
#include "benchmarks/measures/model_cases.hpp"

namespace unitcost::measures {
namespace {

constexpr std::string_view lock_workload = "amdahl";
constexpr std::array<std::string_view, 7> models_with_locks{"process",     "std_thread", "thread_pool", "tbb",
                                                            "boost_fiber", "stackful",   "stackless"};

/// Of those that could wait at a lock, too: which of the others their units do it like.
std::string_view like_another(std::string_view model) {
  if (model == "process_pool") return "its units are processes, which wait as process's do";
  if (model == "std_async") return "its units are threads, which wait as std_thread's do";
  return "its units block a worker of a pool, as thread_pool's do";
}

/// One worker where the mutex is one of ours, which is for units of one worker.
bool is_for_one_worker(lock_way const& way) { return way.name == "own" && way.model != "boost_fiber"; }

harness::profile least_of(lock_way const& way, std::string_view model, unsigned workers, bool as_many_as_workers) {
  if (workers > 2) return harness::profile::full;
  // Who spins keeps its worker busy, whosever that is.
  if (way.name == "spin" && model != "process" && model != "std_thread") return harness::profile::full;
  if (way.name == "own" && as_many_as_workers) return harness::profile::full;
  return harness::profile::standard;
}

/// Each slice starts all of its units.
double prediction_factor_of(unit_kind const& kind, unsigned units) {
  if (kind.abilities.shares_memory) return 0.8;
  return units > 2 ? 1.5 : 0.8;
}

void add_lock_cases(harness::registry& all, unit_kind const& kind, lock_way const& way, unsigned workers) {
  unsigned const few = is_for_one_worker(way) ? 2 : workers;
  for (unsigned const units : {few, 4 * few}) {
    std::string const label = "lock:" + std::string(way.name);
    auto one = case_of(kind, lock_info, lock_workload, label, workers);
    one.label += "/units:" + std::to_string(units);
    one.least = least_of(way, kind.model, workers, units == few);
    one.prediction_factor = prediction_factor_of(kind, units);
    one.run = [&kind, &way, workers, units](harness::measurement& given) {
      measure_lock(way, {.kind = kind, .where = {.workers = workers}, .units = units}, given);
    };
    all.add(one);
  }
}

void add_case_without_lock(harness::registry& all, unit_kind const& kind) {
  auto one = case_of(kind, lock_info, lock_workload, "lock:std_mutex", 2);
  one.label += "/units:8";
  if (one.skip_reason.empty()) one.skip_reason = like_another(kind.model);
  all.add(one);
}

}  // namespace

void add_lock(harness::registry& all) {
  for (unit_kind const& kind : unit_kinds()) {
    if (std::ranges::find(models_with_locks, kind.model) == models_with_locks.end()) {
      add_case_without_lock(all, kind);
      continue;
    }
    for (lock_way const& way : lock_ways()) {
      if (!way.model.empty() && way.model != kind.model) continue;
      if (is_for_one_worker(way)) {
        add_lock_cases(all, kind, way, 1);
        continue;
      }
      add_lock_cases(all, kind, way, 2);
      for (unsigned const workers : all.settings().workers)
        if (workers > 2) add_lock_cases(all, kind, way, workers);
    }
  }
}

}  // namespace unitcost::measures
