#include "benchmarks/measures/interpreter/user_lock.hpp"

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/interpreter/interpreted_units.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::measures {

pause held_across_waits::step(unsigned index) {
  unit_state& own = each_[index];
  if (!own.has_come) {
    own.has_come = true;
    come_.fetch_add(1, std::memory_order_relaxed);
  }
  if (come_.load(std::memory_order_relaxed) < units) return ask_again_ns;
  // Held until somebody has asked in vain, for as long as anybody is left who could.
  if (own.holds && refused_.load(std::memory_order_relaxed) == 0) return wait_ns;
  if (own.holds) {
    // Before the lock is free: whoever has it next must not be counted beside this one.
    holders_.fetch_sub(1, std::memory_order_relaxed);
    own.holds = false;
    is_taken_.store(false, std::memory_order_release);
    return ++own.rounds < rounds ? next_turn : no_more;
  }
  if (is_taken_.exchange(true, std::memory_order_acquire)) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    return ask_again_ns;
  }
  own.holds = true;
  unsigned const now = holders_.fetch_add(1, std::memory_order_relaxed) + 1;
  unsigned most = most_.load(std::memory_order_relaxed);
  while (now > most && !most_.compare_exchange_weak(most, now, std::memory_order_relaxed)) {
  }
  return wait_ns;
}

std::uint64_t held_across_waits::rounds_made() const {
  std::uint64_t sum = 0;
  for (unit_state const& each : each_) sum += each.rounds;
  return sum;
}

void report_user_lock(std::uint64_t rounds_made, unsigned most_holders, std::uint64_t refused,
                      harness::measurement& given) {
  bool const excluded = most_holders == 1 && refused > 0;
  given.check(rounds_made, std::uint64_t{held_across_waits::units} * held_across_waits::rounds, excluded ? 1 : 0, 1);
  auto const tell = [&given](char const* name, char const* label, double value) {
    given.report({.name = name, .label = label, .value = value, .unit = "1", .better = harness::direction::neither},
                 "the holders' own counts");
  };
  tell("most_holders", "units that held the program's lock at the same time, at the most", most_holders);
  tell("refused", "times that a unit ran, asked for the lock and did not get it", static_cast<double>(refused));
}

namespace {

void measure_user_lock(harness::measurement& given) {
  auto const cpus = given.first_cpus(1);
  runtime::confine_to(cpus);
  held_across_waits lock;
  interpreted_threads().run({.workers = 1, .cpus = cpus}, held_across_waits::units, steps_of(lock));
  report_user_lock(lock.rounds_made(), lock.most_holders(), lock.refused(), given);
}

}  // namespace

void add_user_lock(harness::registry& all) {
  if (threads_to_interpret() == nullptr) return;
  auto one = case_of(interpreted_threads(), user_lock_info, "held_across_waits", {}, 1);
  one.prediction_factor = 0.3;
  one.run = measure_user_lock;
  all.add(one);
}

}  // namespace unitcost::measures
