#include "benchmarks/measures/interpreter/interpreter_job.hpp"

#include <algorithm>

#include "impl/runtime/clock.hpp"
#include "workloads/cpu/grain.hpp"

namespace unitcost::measures {

interpreter_job::interpreter_job(job_plan const& plan)
    : plan_(plan), each_(plan.units()), waiting_left_(plan.waiting_units) {}

void interpreter_job::enter() {
  unsigned const now = inside_.fetch_add(1, std::memory_order_relaxed) + 1;
  unsigned most = most_inside_.load(std::memory_order_relaxed);
  while (now > most && !most_inside_.compare_exchange_weak(most, now, std::memory_order_relaxed)) {
  }
}

bool interpreter_job::is_done(unsigned index) const {
  if (!works_only(index)) return each_[index].made == plan_.rounds;
  if (plan_.steps != 0) return each_[index].made == plan_.steps;
  return waiting_left_.load(std::memory_order_relaxed) == 0;
}

pause interpreter_job::step(unsigned index) {
  unit_state& own = each_[index];
  std::int64_t const entered_ns = runtime::now_ns();
  if (own.begun_ns == 0) own.begun_ns = entered_ns;
  if (own.due_ns != 0) own.lateness_ns.push_back(static_cast<double>(entered_ns - own.due_ns));
  enter();
  own.work = workloads::grain::kernel(own.work, plan_.iterations);
  inside_.fetch_sub(1, std::memory_order_relaxed);
  ++own.made;
  if (is_done(index)) {
    if (!works_only(index)) waiting_left_.fetch_sub(1, std::memory_order_relaxed);
    own.ended_ns = runtime::now_ns();
    return no_more;
  }
  if (works_only(index)) return next_turn;
  own.due_ns = runtime::now_ns() + plan_.wait_ns;
  return plan_.wait_ns;
}

std::int64_t interpreter_job::elapsed_ns() const {
  return std::ranges::max(each_, {}, &unit_state::ended_ns).ended_ns -
         std::ranges::min(each_, {}, &unit_state::begun_ns).begun_ns;
}

std::uint64_t interpreter_job::made() const {
  std::uint64_t sum = 0;
  for (unsigned index = 0; index < plan_.units(); ++index)
    if (!works_only(index) || plan_.steps != 0) sum += each_[index].made;
  return sum;
}

std::uint64_t interpreter_job::due() const {
  return plan_.workers_of_steps * plan_.steps + std::uint64_t{plan_.waiting_units} * plan_.rounds;
}

std::vector<double> interpreter_job::lateness_ns() const {
  std::vector<double> all;
  for (unit_state const& each : each_) all.insert(all.end(), each.lateness_ns.begin(), each.lateness_ns.end());
  return all;
}

}  // namespace unitcost::measures
