#include "benchmarks/measures/coordination/locked_rounds.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/pinning.hpp"
#include "impl/runtime/timed_futex.hpp"
#include "workloads/cpu/grain.hpp"

namespace unitcost::measures {

std::uint64_t rounds_made::sum() const { return std::accumulate(of_each.begin(), of_each.end(), std::uint64_t{0}); }

guarded_work::guarded_work(unsigned units, round_plan const& plan, meeting how)
    : plan_(plan), how_(how), each_(units) {}

void guarded_work::arrive(runtime::futex_word& arrived) {
  // Relaxed, as every look at it: it only makes the units begin together; what they share later is under the lock.
  arrived.fetch_add(1, std::memory_order_relaxed);
  if (how_ == meeting::blocking && all_at(arrived)) runtime::futex_wake(arrived);
}

bool guarded_work::all_at(runtime::futex_word const& arrived) const {
  return arrived.load(std::memory_order_relaxed) == each_.size();
}

void guarded_work::block_until_all_at(runtime::futex_word& arrived) {
  std::int64_t const until_ns = runtime::now_ns() + plan_.patience_ns;
  while (!all_at(arrived)) {
    std::uint32_t const seen = arrived.load(std::memory_order_relaxed);
    std::int64_t const left_ns = until_ns - runtime::now_ns();
    if (left_ns <= 0) throw std::runtime_error("not all units came to where they begin and end together");
    if (seen != each_.size()) runtime::futex_wait_for(arrived, seen, left_ns);
  }
}

bool guarded_work::may_begin(unsigned index) {
  unit_rounds& own = each_[index];
  if (own.begun_ns != 0) return true;
  if (!std::exchange(own.has_come, true)) {
    if (how_ == meeting::blocking) runtime::pin_to(plan_.cpus, index);
    arrive(come_);
  }
  if (how_ == meeting::blocking) block_until_all_at(come_);
  if (how_ == meeting::by_turns && !all_at(come_)) return false;
  own.begun_ns = runtime::now_ns();
  return true;
}

bool guarded_work::take(unsigned index) {
  unit_rounds& own = each_[index];
  // Relaxed: it deals out numbers, of which nobody has one twice.
  if (own.made < plan_.most_of_a_unit && taken_.fetch_add(1, std::memory_order_relaxed) < plan_.rounds) return true;
  own.ended_ns = runtime::now_ns();
  // The end of a process takes as long as a round: it is not to be in the time of those that still work.
  arrive(done_);
  if (how_ == meeting::blocking) block_until_all_at(done_);
  return false;
}

void guarded_work::work_outside(unsigned index) {
  each_[index].work = workloads::grain::kernel(each_[index].work, plan_.outside);
}

void guarded_work::enter(unsigned index) {
  unit_rounds& own = each_[index];
  std::uint64_t seen = counter_;
  asm volatile("" : "+r"(seen));  // read before the work, not where it is needed
  own.counter_seen = seen;
  own.work = workloads::grain::kernel(own.work, plan_.inside);
}

void guarded_work::leave(unsigned index) {
  unit_rounds& own = each_[index];
  counter_ = own.counter_seen + 1;
  ++own.made;
}

rounds_made guarded_work::made() const {
  rounds_made out{.of_each = {}, .counted = counter_, .elapsed_ns = 0};
  std::int64_t first_ns = std::numeric_limits<std::int64_t>::max(), last_ns = 0;
  for (unit_rounds const& unit : each_) {
    out.of_each.push_back(unit.made);
    first_ns = std::min(first_ns, unit.begun_ns);
    last_ns = std::max(last_ns, unit.ended_ns);
  }
  out.elapsed_ns = last_ns - first_ns;
  return out;
}

}  // namespace unitcost::measures
