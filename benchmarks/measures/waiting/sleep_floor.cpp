#include "benchmarks/measures/waiting/sleep_floor.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace unitcost::measures {

namespace {

struct waiting {
  std::int64_t due_ns;
  std::uint64_t unit;
  friend auto operator<=>(waiting const&, waiting const&) = default;
};

using due_heap = std::priority_queue<waiting, std::vector<waiting>, std::greater<>>;
using due_queue = std::queue<waiting>;

waiting const& next_of(due_heap const& all) { return all.top(); }
waiting const& next_of(due_queue const& all) { return all.front(); }

template <class Due>
void sleep_with(Due due, sleep_log& log) {
  log.begun_ns = runtime::now_ns();
  for (std::uint64_t unit = 0; unit < log.units.size(); ++unit) {
    due.push({log.units[unit].start() + log.what.delay_ns, unit});
  }
  while (!due.empty()) {
    runtime::sleep_until(next_of(due).due_ns);
    for (std::int64_t const now_ns = runtime::now_ns(); !due.empty() && next_of(due).due_ns <= now_ns; due.pop())
      log.units[next_of(due).unit].wake();
  }
}

}  // namespace

void sleep_by_hand(due_order by, sleep_log& log) {
  by == due_order::heap ? sleep_with(due_heap(), log) : sleep_with(due_queue(), log);
}

void add_sleep_floor_cases(harness::registry& all) {
  for (auto const& [by, label] :
       {std::pair(due_order::heap, "due_by:heap"), std::pair(due_order::queue, "due_by:queue")})
    for (sleep_scale const& scale : sleep_scales) {
      auto one = sleep_case_of("floor", scale, label);
      if (by == due_order::heap) one.least = std::max(one.least, harness::profile::standard);  // few need no heap
      one.model_file = "benchmarks/measures/waiting/sleep_floor.cpp";
      one.run = [order = by, asked = scale.asked](harness::measurement& given) {
        runtime::confine_to(given.first_cpus(1));
        sleep_log log(asked);
        sleep_by_hand(order, log);
        report_sleep(log, given);
      };
      all.add(one);
    }
}

}  // namespace unitcost::measures
