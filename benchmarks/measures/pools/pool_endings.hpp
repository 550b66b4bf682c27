// pool_verbs, workload pending: what becomes of a pool's tasks and workers when it is closed or terminated, and how
// long its join takes then.
//
// Each worker is given a task that does not end by itself, and behind these a group of those that the other verbs are
// given waits in the queue. Then the verb is called.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/pools/pool_verbs.hpp"
#include "impl/pools/pool_errors.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info pool_endings_info{
    .name = "pool_verbs",
    .question = "What becomes of a pool's tasks and workers when it is closed or terminated, and how soon?",
    .from = "just before close or terminate is called",
    .to = "back from join: no worker is left",
    .unit = "ns; tasks; workers",
    .method =
        "median of nine pools, each with a task at work on every worker and 256 more in its queue. The tasks at work "
        "end as soon as the verb has returned, unless it ended them. Counted are the tasks that ran, that failed as "
        "dropped, that were cut off at work, and whether the pool refused what was out of turn",
    .source = "CLOCK_MONOTONIC; the tasks' handles, and a counter of theirs",
    .file = "benchmarks/measures/pools/pool_endings.hpp"};

enum class pool_ending { close, terminate };
inline constexpr std::array every_pool_ending{pool_ending::close, pool_ending::terminate};
std::string_view to_string(pool_ending how);

/// What the tasks see of each other, in memory that processes share.
struct pending_tasks {
  std::atomic<std::uint32_t> at_work{0}, begun{0};
  runtime::futex_gate gate;  ///< for those at work
};

/// Opens the gate when it goes, whatever was thrown: a pool's end waits for those that wait there.
class opens_at_exit {
 public:
  explicit opens_at_exit(runtime::futex_gate& gate) : gate_(gate) {}
  opens_at_exit(opens_at_exit const&) = delete;
  opens_at_exit& operator=(opens_at_exit const&) = delete;
  ~opens_at_exit() { gate_.open(); }

 private:
  runtime::futex_gate& gate_;
};

/// What an ended pool left behind.
struct pool_remains {
  std::uint64_t begun = 0;      ///< of the tasks that were queued, those that began, by their own account
  task_sum results{};           ///< of them, by their handles
  std::uint64_t dropped = 0;    ///< failed with task_dropped
  std::uint64_t cut_off = 0;    ///< of those at work, failed with unit_crashed
  std::uint64_t completed = 0;  ///< of those at work, ended by themselves
  std::uint64_t unsettled = 0;  ///< of all, not ended when join was back
  std::uint64_t refused = 0;    ///< of a join before the verb, and three ways to give a task after it
  std::int64_t elapsed_ns = 0;

  friend bool operator==(pool_remains const&, pool_remains const&) = default;
};
inline constexpr std::uint64_t uses_out_of_turn = 4;

/// What is promised (impl/pools/task_pool.hpp): `cuts_off` where to terminate also ends the tasks that run. Its
/// elapsed time is 0.
pool_remains promised_remains(pool_ending how, bool cuts_off, unsigned workers, std::uint64_t iterations);

/// Throws std::runtime_error when they have not all begun after `limit_ns`.
void wait_until_at_work(pending_tasks const& tasks, unsigned workers, std::int64_t limit_ns);

/// Of how many of the attempts to use it the pool says `Refusal`.
template <class Refusal, class... Attempts>
std::uint64_t refusals(Attempts... attempts) {
  auto const is_refused = [](auto const& attempt) {
    try {
      attempt();
    } catch (Refusal const&) {
      return true;
    }
    return false;
  };
  return (std::uint64_t{is_refused(attempts)} + ...);
}

template <class Handle>
void count_queued(Handle const& task, pool_remains& left) {
  try {
    left.results.add(task.get());
  } catch (pools::task_dropped const&) {
    ++left.dropped;
  }
}

template <class Handle>
void count_at_work(Handle const& task, pool_remains& left) {
  try {
    task.get();
    ++left.completed;
  } catch (unit_crashed const&) {
    ++left.cut_off;
  }
}

/// Fills the pool, ends it and joins it. `shared` is older than the pool, which is of so many workers.
template <class Pool>
pool_remains end_busy_pool(Pool& pool, pending_tasks& shared, unsigned workers, pool_ending how,
                           std::uint64_t iterations, std::int64_t limit_ns) {
  pending_tasks* const tasks = &shared;
  std::vector<pools::task_handle<std::uint64_t>> at_work, queued;
  opens_at_exit const at_the_latest(shared.gate);
  for (unsigned worker = 0; worker < workers; ++worker)
    at_work.push_back(pool.apply_async([tasks] {
      tasks->at_work.fetch_add(1, std::memory_order_relaxed);
      tasks->gate.wait();
      return std::uint64_t{1};
    }));
  wait_until_at_work(shared, workers, limit_ns);
  for (std::uint64_t seed = 1; seed <= tasks_of_a_group; ++seed)
    queued.push_back(pool.apply_async([tasks, body = pool_task_body{seed, iterations}] {
      tasks->begun.fetch_add(1, std::memory_order_relaxed);
      return body();
    }));
  pool_remains left;
  left.refused = refusals<pools::pool_still_running>([&] { pool.join(); });
  std::int64_t const begun_ns = runtime::now_ns();
  if (how == pool_ending::close)
    pool.close();
  else
    pool.terminate();
  if (how == pool_ending::close || !Pool::terminate_ends_what_runs) shared.gate.open();
  pool.join();
  left.elapsed_ns = runtime::now_ns() - begun_ns;
  for (auto const* tasks_of : {&at_work, &queued})
    for (auto const& each : *tasks_of) left.unsettled += !each.ready();
  auto const body = pool_task_body{1, iterations};
  left.refused += refusals<pools::pool_not_running>(
      [&] { pool.apply(body); }, [&] { pool.apply_async(body); },
      [&] { pool.map(std::vector<std::uint64_t>{1}, [body](std::uint64_t) { return body(); }); });
  for (auto const& each : at_work) count_at_work(each, left);
  for (auto const& each : queued) count_queued(each, left);
  left.begun = shared.begun.load(std::memory_order_relaxed);
  return left;
}

/// Of all pools; proves that each kept what was promised, which `of_each` is with a time of 0.
void report_pool_ending(std::vector<pool_remains> const& pools, pool_remains const& of_each,
                        harness::measurement& given);

template <class Pool>
void measure_pool_ending(pool_ending how, unsigned workers, harness::measurement& given) {
  constexpr unsigned pools = 9;
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  auto const iterations = static_cast<std::uint64_t>(pool_task_ns / kernel_iteration_ns(cpus));
  std::vector<pool_remains> left;
  for (unsigned count = 0; count < pools; ++count) {
    runtime::shared_object<pending_tasks> shared;
    Pool pool(Pool::placed({.workers = workers, .cpus = cpus}));
    left.push_back(end_busy_pool(pool, *shared, workers, how, iterations, given.patience_ns()));
  }
  report_pool_ending(left, promised_remains(how, Pool::terminate_ends_what_runs, workers, iterations), given);
}

/// A model that has no verbs has no case.
template <class Model>
void add_pool_ending_cases(harness::registry& all) {
  if constexpr (requires { typename Model::verbs; }) {
    for (unsigned workers : all.settings().workers)
      for (pool_ending const how : every_pool_ending) {
        auto one = case_of<Model>(pool_endings_info, "pending",
                                  joined("verb:" + std::string(to_string(how)), "workers:" + std::to_string(workers)),
                                  workers == 2 ? harness::profile::standard : harness::profile::full);
        one.cpus_used = workers;
        one.prediction_factor = 0.4;
        one.run = [=](harness::measurement& given) { measure_pool_ending<typename Model::verbs>(how, workers, given); };
        all.add(one);
      }
  }
}

}  // namespace unitcost::measures
