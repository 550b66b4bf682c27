// elastic: what becomes of a pool that grows and shrinks, when it is set as it should be and when it is set badly.
//
// Tasks come in waves or in bursts, each computes for 20 us and waits for 1 ms. Beside the pool a neighbour computes
// all the time. Then there is a pool of which some tasks block for long, and say so, or do not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/kernel_iteration.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/pools/busy_neighbour.hpp"
#include "benchmarks/measures/pools/planned_tasks.hpp"
#include "impl/pools/crew_size.hpp"
#include "impl/pools/elastic_crew.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info elastic_info{
    .name = "elastic",
    .question = "What does a pool cost that grows and shrinks with its load, set well and set badly?",
    .from = "the time for which a task was planned (waits); the first planned task (all else)",
    .to = "the task's first instruction; the end of the last task",
    .unit = "ns (waits, time of all tasks), threads, starts a wave, ratio of a neighbour's rates",
    .method =
        "open loop: one thread gives the tasks when they are planned, whether the pool keeps up or not. Eight waves of "
        "50 ms, with a pause of 150 ms after the fourth. Threads are told by the pool as they come and go; idle ones "
        "are its own integral over time; the neighbour's rate beside the pool is over its rate alone before",
    .source = "CLOCK_MONOTONIC; the pool's own counts",
    .file = "benchmarks/measures/pools/elastic.hpp"};

/// How a pool is set. The extremes each go too far in one of the four ways in which one can.
struct elastic_setting {
  std::string_view name;
  pools::size_limits limits;
};
inline constexpr unsigned most_elastic_threads = 32;
inline constexpr std::array<elastic_setting, 5> elastic_settings{{
    {"usual", {.least = 1, .most = most_elastic_threads, .grow_delay_ns = 1'000'000, .idle_time_out_ns = 60'000'000}},
    {"too_many",
     {.least = most_elastic_threads,
      .most = most_elastic_threads,
      .grow_delay_ns = 1'000'000,
      .idle_time_out_ns = 60'000'000}},
    {"ended_early",
     {.least = 1, .most = most_elastic_threads, .grow_delay_ns = 1'000'000, .idle_time_out_ns = 500'000}},
    {"started_late",
     {.least = 1, .most = most_elastic_threads, .grow_delay_ns = 20'000'000, .idle_time_out_ns = 60'000'000}},
    {"ended_late",
     {.least = 1, .most = most_elastic_threads, .grow_delay_ns = 1'000'000, .idle_time_out_ns = 10'000'000'000}},
}};

/// How tasks come.
enum class load_shape : std::uint8_t {
  square_wave,  ///< 140 evenly within 20 ms, then none for 30 ms
  bursts,       ///< 140 at once, then none for 50 ms
};
std::string_view to_string(load_shape shape);

inline constexpr unsigned waves_of_a_load = 8, tasks_of_a_wave = 140;

/// When each task is due.
std::vector<std::int64_t> plan_of(load_shape shape);

/// How many threads there were, from when on.
class size_log {
 public:
  std::function<void(std::int64_t, unsigned)> listener() {
    return [this](std::int64_t now_ns, unsigned threads) { changes_.emplace_back(now_ns, threads); };
  }
  /// As steps, from `from_ns` on: x in ms.
  std::vector<std::pair<double, double>> steps(std::int64_t from_ns, std::int64_t to_ns) const;

 private:
  std::vector<std::pair<std::int64_t, unsigned>> changes_;  // under the crew's lock
};

/// What is reported of a pool that has played its tasks.
struct elastic_outcome {
  pools::crew_counts before, after;  ///< from the first planned task to the last end
  double neighbour_speed;
};

/// Proves the work, and that the pool kept its bounds.
void check_elastic(planned_tasks const& tasks, pools::size_limits const& limits, pools::crew_counts const& counts,
                   harness::measurement& given);
void report_elastic(planned_tasks const& tasks, size_log const& sizes, elastic_outcome const& outcome,
                    harness::measurement& given);

template <class Pool>
void measure_elastic(elastic_setting const& setting, load_shape shape, harness::measurement& given) {
  auto const cpus = given.first_cpus(2);
  runtime::confine_to(cpus);
  auto const iterations = static_cast<std::uint64_t>(20'000 / kernel_iteration_ns(cpus));
  planned_tasks tasks(plan_of(shape), task_work{.iterations = iterations, .wait_ns = 1'000'000});
  size_log sizes;
  busy_neighbour neighbour;
  double const alone = neighbour.rate_during([] { runtime::sleep_until(runtime::now_ns() + 50'000'000); });
  Pool pool({.size = setting.limits, .capacity = 4096, .cpus = {}, .on_size = sizes.listener()});
  std::vector<decltype(pool.apply_async(tasks.body(0)))> handles;
  handles.reserve(tasks.size());
  elastic_outcome outcome{};
  double const beside = neighbour.rate_during([&] {
    outcome.before = pool.counts();
    tasks.play(runtime::sleep_until, [&](planned_task body) { handles.push_back(pool.apply_async(body)); });
    for (auto const& each : handles) each.wait();
    outcome.after = pool.counts();
  });
  pool.close();  // when all have ended: a closed pool's threads do not wait for their time-out
  pool.join();
  outcome.neighbour_speed = beside / alone;
  check_elastic(tasks, setting.limits, outcome.after, given);
  report_elastic(tasks, sizes, outcome, given);
}

/// Whether a task that blocks says so to its pool.
enum class blocking : std::uint8_t { announced, unannounced };
std::string_view to_string(blocking how);

/// Two threads for two CPUs, and room for eight: every fourth of 400 tasks blocks for 2 ms, the others compute for
/// 100 us.
inline constexpr pools::size_limits blocking_limits{
    .least = 2, .most = 8, .grow_delay_ns = 20'000'000, .idle_time_out_ns = 60'000'000};
inline constexpr std::size_t tasks_of_which_some_block = 400;

/// What each of them does.
std::vector<task_work> work_of_which_some_blocks(std::uint64_t iterations);

void report_blocking(planned_tasks const& tasks, double kernel_ns, size_log const& sizes,
                     pools::crew_counts const& counts, harness::measurement& given);

template <class Pool>
void measure_blocking(blocking how, harness::measurement& given) {
  auto const cpus = given.first_cpus(2);
  runtime::confine_to(cpus);
  double const iteration_ns = kernel_iteration_ns(cpus);
  auto const iterations = static_cast<std::uint64_t>(100'000 / iteration_ns);
  auto const work = work_of_which_some_blocks(iterations);
  planned_tasks tasks(std::vector<std::int64_t>(work.size()), work);  // all are due at once
  size_log sizes;
  Pool pool({.size = blocking_limits, .capacity = work.size(), .cpus = {}, .on_size = sizes.listener()});
  tasks.play(runtime::sleep_until, [&](planned_task body) {
    auto const blocks = [body] {
      typename Pool::blocking_section const here;
      body();
    };
    if (how == blocking::announced && body.work.wait_ns > 0)
      pool.apply_async(blocks);
    else
      pool.apply_async(body);
  });
  pool.close();
  pool.join();
  check_elastic(tasks, blocking_limits, pool.counts(), given);
  report_blocking(tasks, static_cast<double>(iterations) * iteration_ns, sizes, pool.counts(), given);
}

/// A model that has no elastic pool has no case.
template <class Model>
void add_elastic_cases(harness::registry& all) {
  if constexpr (requires { typename Model::elastic_verbs; }) {
    using pool = typename Model::elastic_verbs;
    auto const add = [&all](std::string_view workload, std::string label, double factor, auto run) {
      auto one = case_of<Model>(elastic_info, workload, std::move(label), harness::profile::standard);
      one.cpus_used = 2;
      one.prediction_factor = factor;
      one.run = run;
      all.add(one);
    };
    for (load_shape const shape : {load_shape::square_wave, load_shape::bursts})
      for (elastic_setting const& setting : elastic_settings)
        add(to_string(shape), "setting:" + std::string(setting.name), 2.5,
            [=](harness::measurement& given) { measure_elastic<pool>(setting, shape, given); });
    for (blocking const how : {blocking::announced, blocking::unannounced})
      add("blocking", "blocking:" + std::string(to_string(how)), 1,
          [=](harness::measurement& given) { measure_blocking<pool>(how, given); });
  }
}

}  // namespace unitcost::measures
