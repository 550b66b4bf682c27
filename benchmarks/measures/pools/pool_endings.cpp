#include "benchmarks/measures/pools/pool_endings.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace unitcost::measures {

std::string_view to_string(pool_ending how) { return how == pool_ending::close ? "close" : "terminate"; }

pool_remains promised_remains(pool_ending how, bool cuts_off, unsigned workers, std::uint64_t iterations) {
  pool_remains out{.refused = uses_out_of_turn};
  if (how == pool_ending::close) {
    out.begun = tasks_of_a_group;
    out.results = expected_of_group(iterations);
    out.completed = workers;
  } else {
    out.dropped = tasks_of_a_group;
    (cuts_off ? out.cut_off : out.completed) = workers;
  }
  return out;
}

void wait_until_at_work(pending_tasks const& tasks, unsigned workers, std::int64_t limit_ns) {
  std::int64_t const until_ns = runtime::now_ns() + limit_ns;
  while (tasks.at_work.load(std::memory_order_relaxed) < workers) {
    if (runtime::now_ns() > until_ns) throw std::runtime_error("a pool's workers did not all begin a task");
    runtime::sleep_until(runtime::now_ns() + 100'000);
  }
}

void report_pool_ending(std::vector<pool_remains> const& pools, pool_remains const& of_each,
                        harness::measurement& given) {
  std::vector<std::int64_t> times_ns;
  pool_remains all;
  for (pool_remains left : pools) {
    times_ns.push_back(std::exchange(left.elapsed_ns, 0));
    given.check(left == of_each, 1, left.results.checksum, of_each.results.checksum);
    all.results.tasks += left.results.tasks;
    all.dropped += left.dropped;
    all.cut_off += left.cut_off;
    all.unsettled += left.unsettled;
    all.refused += left.refused;
  }
  auto const middle = times_ns.begin() + static_cast<std::ptrdiff_t>(times_ns.size() / 2);
  std::ranges::nth_element(times_ns, middle);
  given.report({.name = "end_ns",
                .label = "from the verb until no worker is left",
                .value = static_cast<double>(*middle),
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = pools.size(),
                .headline = true},
               "CLOCK_MONOTONIC, median of pools");
  auto const fact = [&](char const* name, char const* label, std::uint64_t total) {
    given.report({.name = name,
                  .label = label,
                  .value = static_cast<double>(total) / static_cast<double>(pools.size()),
                  .unit = "1",
                  .better = harness::direction::neither,
                  .samples = pools.size()},
                 "the tasks' handles, mean of pools");
  };
  fact("queued_run", "of 256 tasks in the queue, those that ran", all.results.tasks);
  fact("queued_dropped", "of 256 tasks in the queue, those that failed as dropped", all.dropped);
  fact("cut_off", "tasks at work that did not end by themselves", all.cut_off);
  fact("unsettled", "tasks that had not ended when join was back", all.unsettled);
  fact("refused", "of 4 uses out of turn, those that were refused", all.refused);
}

}  // namespace unitcost::measures
