#include "benchmarks/measures/scheduling/states.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/kernel_iteration.hpp"
#include "impl/process/process.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"
#include "workloads/cpu/grain.hpp"

namespace unitcost::measures {
namespace {

constexpr unsigned living_units = 8;

planned_round plan_of(round_kind which, double iteration_ns) {
  auto const iterations = [iteration_ns](double compute_ns) {
    return static_cast<std::uint64_t>(compute_ns / iteration_ns);
  };
  switch (which) {
    case round_kind::cpu:
      return {.iterations = iterations(1e6)};
    case round_kind::io:
      return {.sleep_ns = 2'000'000};
    case round_kind::mixed:
      break;
  }
  return {.iterations = iterations(5e5), .sleep_ns = 2'000'000};
}

/// Processes by their handles: so each one's reaping has a time of its own. They are joined in the order of their
/// starts, as a scope does.
void run_and_reap(placement const& where, lived_units& units) {
  using context = models::process::context;
  unit_steps const each = steps_of(units);
  models::process::run_on_caller({}, where, [&](context& starter) {
    std::vector<processes::held_process> held;
    for (unsigned index = 0; index < units.units(); ++index)
      held.push_back(starter.start({.name = "unit"}, [each, index](context& unit) {
        while (pause const after = each.step(each.shared, index))
          if (*after > 0)
            runtime::sleep_until(runtime::now_ns() + *after);
          else
            unit.give_turn();
      }));
    for (unsigned index = 0; index < held.size(); ++index) {
      held[index].join();
      units.reaped(index, runtime::now_ns());
    }
    return std::uint64_t{1};
  });
}

/// Of a case in standard: what its units take, and some 50 ms beside it.
double predicted_share(unit_kind const& kind, round_kind which) {
  if (which == round_kind::cpu) return 0.4;
  return kind.takes_turns ? 0.23 : 0.65;  // whoever cannot wait without a worker sleeps after the others
}

}  // namespace

pause lived_units::make_step(unit& own) const {
  if (own.rounds == plan_.rounds) {
    own.ended = true;
    return no_more;
  }
  own.computed = workloads::grain::kernel(own.computed, plan_.iterations);
  ++own.rounds;
  return plan_.sleep_ns;
}

pause lived_units::step(unsigned index) {
  unit& own = each_[index];
  if (by_kernel_) {
    if (!std::exchange(own.begun, true))
      own.first = read_own_account();
    else
      own.sleeps.woken(own_preemptions());
    pause const after = make_step(own);
    if (after)
      own.sleeps.asked(*after, own_preemptions());
    else
      own.last = read_own_account();
    return after;
  }
  own.ledger.step_begins(runtime::now_ns());
  pause const after = make_step(own);
  own.ledger.step_ends(runtime::now_ns(), after);
  return after;
}

std::vector<life> lived_units::lives() const {
  std::int64_t ready_ns = std::numeric_limits<std::int64_t>::max();
  for (unit const& each : each_)
    if (each.ended) ready_ns = std::min(ready_ns, each.ledger.first_ns());
  std::vector<life> out;
  for (unit const& each : each_) {
    if (!each.ended) continue;
    life whole = by_kernel_ ? life_by_kernel(each.first, each.last) : each.ledger.told(ready_ns);
    whole.asleep_ns = by_kernel_ ? each.sleeps.total_ns() : plan_.asleep_ns();
    if (each.reaped_ns > 0) {
      whole.zombie_ns = each.reaped_ns - each.last.at_ns;
      whole.length_ns += whole.zombie_ns;
    }
    out.push_back(whole);
  }
  return out;
}

std::uint64_t lived_units::checksum() const {
  std::uint64_t sum = 0;
  for (unit const& each : each_) sum += each.computed;
  return sum;
}
std::uint64_t lived_units::expected_checksum() const {
  return each_.size() * workloads::grain::kernel(1, plan_.rounds * plan_.iterations);
}

bool adds_up(life const& whole) {
  std::int64_t const slack_ns = whole.length_ns / 50;
  return std::abs(whole.sum_ns() - whole.length_ns) <= slack_ns && whole.blocked_ns + slack_ns >= whole.asleep_ns;
}

void check_states(lived_units const& units, harness::measurement& given) {
  auto const sound = static_cast<std::uint64_t>(std::ranges::count_if(units.lives(), adds_up));
  given.check(sound, units.units(), units.checksum(), units.expected_checksum());
}

void require_sure_sleeps(std::span<life const> lives, std::int64_t planned_ns) {
  if (std::ranges::any_of(lives, [planned_ns](life const& each) { return each.asleep_ns < planned_ns / 2; }))
    throw harness::not_stable("a unit lost its CPU before more than half of its sleeps: its account is not proved");
}

void report_states(std::span<life const> lives, bool zombies, harness::measurement& given) {
  life all;
  for (life const& each : lives) all += each;
  auto const tell = [&](char const* name, char const* label, double value, char const* unit) {
    given.report({.name = name,
                  .label = label,
                  .value = value,
                  .unit = unit,
                  .better = harness::direction::neither,
                  .samples = lives.size()},
                 std::string(states_info.source));
  };
  auto const share = [&](std::int64_t part_ns) {
    return static_cast<double>(part_ns) / static_cast<double>(all.sum_ns());
  };
  tell("running_share", "of the units' lives, running", share(all.running_ns), "1");
  tell("runnable_share", "of the units' lives, runnable: ready, but not running", share(all.runnable_ns), "1");
  tell("blocked_share", "of the units' lives, blocked", share(all.blocked_ns), "1");
  if (zombies) tell("zombie_share", "of the units' lives, ended but not reaped", share(all.zombie_ns), "1");
  tell("life_ns", "a unit's life, mean", static_cast<double>(all.length_ns) / static_cast<double>(lives.size()), "ns");
}

void measure_states(unit_kind const& kind, round_kind which, harness::measurement& given) {
  constexpr unsigned workers = 1;
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  bool const by_kernel = kind.is_scheduled_by_kernel(), zombies = kind.model == models::process::name;
  if (by_kernel) read_own_account();  // throws, where it cannot be read, before there are units
  runtime::shared_object<lived_units> units(living_units, plan_of(which, kernel_iteration_ns(cpus)), by_kernel);
  placement const where{.workers = workers, .cpus = cpus};
  if (zombies)
    run_and_reap(where, *units);
  else
    kind.run(where, living_units, steps_of(*units));
  check_states(*units, given);
  auto const lives = units->lives();
  require_sure_sleeps(lives, units->plan().asleep_ns());
  // A unit that never noted its end has no life: the check has said so.
  if (!lives.empty()) report_states(lives, zombies, given);
}

void add_states(harness::registry& all) {
  struct rounds {
    std::string_view workload;
    round_kind which;
  };
  for (unit_kind const& kind : unit_kinds())
    for (auto const& [workload, which] :
         {rounds{"cpu", round_kind::cpu}, rounds{"io", round_kind::io}, rounds{"mixed", round_kind::mixed}}) {
      auto one = case_of(kind, states_info, workload, "units:8", 1);
      one.prediction_factor = predicted_share(kind, which);
      if (kind.model == "serial")
        one.skip_reason = "serial makes a unit when its turn has come: it never waits for its worker";
      one.run = [&kind, kept = which](harness::measurement& given) { measure_states(kind, kept, given); };
      all.add(one);
    }
}

}  // namespace unitcost::measures
