#include "benchmarks/measures/pools/pool_queue.hpp"

#include <stdexcept>

#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

std::string_view to_string(pools::queue_discipline discipline) {
  switch (discipline) {
    case pools::queue_discipline::fifo:
      return "fifo";
    case pools::queue_discipline::lifo:
      return "lifo";
    case pools::queue_discipline::deque:
      return "deque";
  }
  throw std::invalid_argument("no discipline of a queue");
}

void task_tree::begin() {
  results_.assign(nodes, 0);
  left_.store(nodes, std::memory_order_relaxed);  // handed to the workers with the tasks
}

void task_tree::compute(std::size_t node) {
  results_[node] += workloads::grain::kernel(node + 1, iterations_);
  // Release: who sees none left reads all results. The last one wakes the waiter.
  if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) left_.notify_one();
}

void task_tree::wait() {
  for (auto left = left_.load(std::memory_order_acquire); left > 0; left = left_.load(std::memory_order_acquire))
    left_.wait(left, std::memory_order_acquire);
}

void task_tree::check(harness::measurement& given) const {
  std::uint64_t ran = 0, checksum = 0, expected = 0;
  for (std::size_t node = 0; node < nodes; ++node) {
    ran += results_[node] != 0 ? 1 : 0;
    checksum += (node + 1) * results_[node];
    expected += (node + 1) * workloads::grain::kernel(node + 1, iterations_);
  }
  given.check(ran, nodes, checksum, expected);
}

void report_queue_waits(planned_tasks const& tasks, harness::measurement& given) {
  report_percentiles("wait", "waits for a thread, from the planned time", tasks.waits_ns(), given);
  given.report({.name = "overtaken_share",
                .label = "tasks that began after one that was planned later",
                .value = tasks.overtaken_share(),
                .unit = "1",
                .better = harness::direction::neither,
                .samples = tasks.size()},
               "CLOCK_MONOTONIC");
}

void report_queue_time(double task_ns, std::uint64_t tasks, harness::measurement& given) {
  given.report({.name = "ns_per_task",
                .label = "time per task of 1 us",
                .value = task_ns,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = tasks,
                .headline = true},
               "CLOCK_MONOTONIC, median of stretches of the loop");
}

void add_pool_queue(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_pool_queue_cases<Model>(all); });
}

}  // namespace unitcost::measures
