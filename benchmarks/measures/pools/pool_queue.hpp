// pool_queue: the same pool over a queue, a stack and a deque for each worker.
//
// Tasks come one by one at a rate, all at once from outside, or from tasks: a tree, each node of which gives two.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/load/arrivals.hpp"
#include "benchmarks/measures/kernel_iteration.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/pools/planned_tasks.hpp"
#include "impl/pools/task_line.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "workloads/cpu/grain.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info pool_queue_info{
    .name = "pool_queue",
    .question = "Which of the waiting tasks should a pool take next?",
    .from = "the time for which a task was planned (waits); the first of a group is given (time per task)",
    .to = "the task's first instruction; the last of the group has ended",
    .unit = "ns (waits, time per task), a share of tasks",
    .method =
        "planned: open loop, 25,000 tasks of 20 us a second as Poisson's process, the same for all disciplines of a "
        "repetition. outside, tree: median of stretches of groups of 2,047 tasks of 1 us, as many as Google "
        "Benchmark's iteration control asks for. A task is overtaken when one that was planned later began earlier",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/pools/pool_queue.hpp"};

inline constexpr std::array every_discipline{pools::queue_discipline::fifo, pools::queue_discipline::lifo,
                                             pools::queue_discipline::deque};
std::string_view to_string(pools::queue_discipline discipline);

/// Tasks that wait for each other's end nowhere: each is a node of a binary heap.
class task_tree {
 public:
  static constexpr std::size_t nodes = 2047;

  explicit task_tree(std::uint64_t iterations) : iterations_(iterations), results_(nodes) {}

  /// Gives the root, which gives the others. Returns when all have ended.
  template <class Pool>
  void grow(Pool& pool) {
    begin();
    pool.apply_async([this, &pool] { run(pool, 0); });
    wait();
  }
  /// The same nodes, all given from outside.
  template <class Pool>
  void give_all(Pool& pool) {
    begin();
    for (std::size_t node = 0; node < nodes; ++node) pool.apply_async([this, node] { compute(node); });
    wait();
  }

  void check(harness::measurement& given) const;

 private:
  template <class Pool>
  void run(Pool& pool, std::size_t node) {
    for (std::size_t child : {2 * node + 1, 2 * node + 2})
      if (child < nodes) pool.apply_async([this, &pool, child] { run(pool, child); });
    compute(node);
  }
  void begin();
  void compute(std::size_t node);
  void wait();

  std::uint64_t iterations_;
  std::vector<std::uint64_t> results_;
  std::atomic<std::int64_t> left_{0};  ///< below 0: one ran twice
};

void report_queue_waits(planned_tasks const& tasks, harness::measurement& given);
void report_queue_time(double task_ns, std::uint64_t tasks, harness::measurement& given);

/// Pools are made by `make(placement, room)`, `room` being the most tasks that wait. One of ours:
template <class Pool>
auto pool_by(pools::queue_discipline discipline) {
  return [discipline](placement const& where, std::size_t room) {
    return Pool({.threads = where.workers, .capacity = room, .discipline = discipline, .cpus = where.cpus});
  };
}
/// One that others keep, whose queue nothing bounds.
template <class Pool>
auto kept_pool() {
  return [](placement const& where, std::size_t) { return Pool(where); };
}

template <class Make>
void measure_queue_waits(Make make, unsigned workers, harness::measurement& given) {
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  auto const iterations = static_cast<std::uint64_t>(20'000 / kernel_iteration_ns(cpus));
  auto const& settings = given.settings();
  auto plan = load::arrivals_ns({.per_second = 25'000, .seed = settings.seed + settings.repetition},
                                static_cast<std::int64_t>(2e9 * given.measuring_s()));
  std::size_t const room = plan.size();
  planned_tasks tasks(std::move(plan), task_work{.iterations = iterations});
  auto pool = make({.workers = workers, .cpus = cpus}, room);
  tasks.play(runtime::sleep_until, [&pool](planned_task body) { pool.apply_async(body); });
  pool.close();
  pool.join();
  tasks.check(given);
  report_queue_waits(tasks, given);
}

/// `play(tree, pool)` has all nodes run, by grow or by give_all.
template <class Make, class Play>
void measure_queue_time(Make make, unsigned workers, harness::measurement& given, Play play) {
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  task_tree tree(static_cast<std::uint64_t>(1'000 / kernel_iteration_ns(cpus)));
  auto pool = make({.workers = workers, .cpus = cpus}, task_tree::nodes);
  auto const loop = given.time_loop(given.measuring_s() / 2, [&](std::uint64_t groups) {
    std::int64_t elapsed_ns = 0;
    for (std::uint64_t group = 0; group < groups; ++group) {
      std::int64_t const begun_ns = runtime::now_ns();
      play(tree, pool);
      elapsed_ns += runtime::now_ns() - begun_ns;
      tree.check(given);
    }
    return elapsed_ns;
  });
  report_queue_time(loop.ns_per_iteration / task_tree::nodes, loop.iterations * task_tree::nodes, given);
}

template <class Model, class Make>
void add_cases_of_queue(harness::registry& all, pools::queue_discipline discipline, unsigned workers, Make make) {
  auto const add = [&](std::string_view workload, auto run) {
    auto one =
        case_of<Model>(pool_queue_info, workload,
                       joined("queue:" + std::string(to_string(discipline)), "workers:" + std::to_string(workers)),
                       workers == 2 ? harness::profile::standard : harness::profile::full);
    one.cpus_used = workers;
    one.run = run;
    all.add(one);
  };
  add("planned", [=](harness::measurement& given) { measure_queue_waits(make, workers, given); });
  add("outside", [=](harness::measurement& given) {
    measure_queue_time(make, workers, given, [](auto& tree, auto& of) { tree.give_all(of); });
  });
  add("tree", [=](harness::measurement& given) {
    measure_queue_time(make, workers, given, [](auto& tree, auto& of) { tree.grow(of); });
  });
}

/// A model whose pool of ours has one discipline only has no case. Asio's has one queue, first in first out.
template <class Model>
void add_pool_queue_cases(harness::registry& all) {
  for ([[maybe_unused]] unsigned workers : all.settings().workers) {
    if constexpr (requires { Model::verbs::options::discipline; }) {
      for (auto const discipline : every_discipline)
        add_cases_of_queue<Model>(all, discipline, workers, pool_by<typename Model::verbs>(discipline));
    } else if constexpr (requires { typename Model::tasks_from_outside; }) {
      add_cases_of_queue<Model>(all, pools::queue_discipline::fifo, workers,
                                kept_pool<typename Model::tasks_from_outside>());
    }
  }
}

}  // namespace unitcost::measures
