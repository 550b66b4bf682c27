#include "benchmarks/measures/coordination/deadlock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "benchmarks/harness/supervision/units_deadlocked.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/interpreter/interpreted_units.hpp"
#include "benchmarks/measures/isolation/victim.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

unsigned watched_locks::lock_of(unsigned index, unsigned place) const {
  return how_.order == lock_order::same ? place : (index + place) % units;
}

bool watched_locks::take(unsigned lock, unsigned index) {
  unit_state& own = each_[index];
  for (std::uint32_t free = 0;;) {
    // Acquire: who takes it sees what its last holder wrote. For a moment it is held and still awaited, by the same
    // unit; snapshot() leaves such a wait out.
    if (holder_[lock].compare_exchange_strong(free, index + 1, std::memory_order_acquire)) {
      own.awaits.store(nobody, std::memory_order_relaxed);
      return true;
    }
    if (own.awaits.load(std::memory_order_relaxed) != lock) {
      own.since_ns.store(runtime::now_ns(), std::memory_order_relaxed);
      own.awaits.store(lock, std::memory_order_release);  // with it the time from which it is true
    }
    if (!how_.blocks) return false;
    runtime::futex_wait(holder_[lock], free);
    free = 0;
  }
}

void watched_locks::give_back(unsigned lock) {
  holder_[lock].store(0, std::memory_order_release);
  runtime::futex_wake(holder_[lock], 1);
}

bool watched_locks::waits_for_company(unsigned index) const {
  unit_state const& other = each_[1 - index];
  bool const is_awaited = other.rounds.load(std::memory_order_relaxed) == each_[index].rounds &&
                          holder_[lock_of(1 - index, 0)].load(std::memory_order_relaxed) == 0;
  return is_awaited && runtime::now_ns() - each_[index].first_held_ns < how_.company_ns;
}

pause watched_locks::step(unsigned index) {
  constexpr std::int64_t look_ns = 50'000;
  unit_state& own = each_[index];
  switch (own.where) {
    case stage::nothing_held:
      if (!take(lock_of(index, 0), index)) return next_turn;
      own.first_held_ns = runtime::now_ns();
      own.where = stage::first_held;
      return next_turn;
    case stage::first_held:
      if (waits_for_company(index)) return look_ns;
      own.where = stage::first_awaited;
      [[fallthrough]];
    case stage::first_awaited:
      break;
  }
  if (!take(lock_of(index, 1), index)) return next_turn;
  give_back(lock_of(index, 1));
  give_back(lock_of(index, 0));
  own.where = stage::nothing_held;
  return own.rounds.fetch_add(1, std::memory_order_relaxed) + 1 < rounds ? next_turn : no_more;
}

lock_snapshot watched_locks::snapshot() const {
  lock_snapshot seen;
  for (auto const& holder : holder_) {
    std::uint32_t const who = holder.load(std::memory_order_acquire);
    seen.holder.push_back(who == 0 ? nobody : who - 1);
  }
  for (unsigned index = 0; index < units; ++index) {
    unsigned const lock = each_[index].awaits.load(std::memory_order_acquire);
    bool const has_it = lock != nobody && seen.holder[lock] == index;
    seen.awaited.push_back(has_it ? nobody : lock);
    seen.rounds.push_back(each_[index].rounds.load(std::memory_order_relaxed));
  }
  return seen;
}

std::int64_t watched_locks::last_began_waiting_ns() const {
  std::int64_t last_ns = 0;
  for (auto const& each : each_)
    if (each.awaits.load(std::memory_order_acquire) != nobody)
      last_ns = std::max(last_ns, each.since_ns.load(std::memory_order_relaxed));
  return last_ns;
}

std::uint64_t watched_locks::rounds_made() const {
  std::uint64_t sum = 0;
  for (auto const& each : each_) sum += each.rounds.load(std::memory_order_relaxed);
  return sum;
}

watched_end watch_units(unit_kind const& kind, placement const& where, watched_locks& locks, std::int64_t patience_ns) {
  constexpr std::int64_t look_ns = 1'000'000;
  std::int64_t const give_up_ns = runtime::now_ns() + patience_ns;
  victim held([&] { kind.run(where, watched_locks::units, steps_of(locks)); });
  for (lock_snapshot before = locks.snapshot(); !held.ends_within(look_ns);) {
    lock_snapshot now = locks.snapshot();
    // A snapshot is read part by part, and may show a cycle that never was; in one that is there nobody moves.
    if (auto cycle = find_cycle(now); !cycle.empty() && now == before) {
      std::int64_t const hung_ns = locks.last_began_waiting_ns(), found_ns = runtime::now_ns() - hung_ns;
      held.reap();
      return {std::move(cycle), found_ns, runtime::now_ns() - hung_ns};
    }
    if (runtime::now_ns() > give_up_ns)
      throw std::runtime_error(fmt::format("{}: units neither came to their end nor wait in a cycle after {:.1f} s",
                                           kind.model, static_cast<double>(patience_ns) * 1e-9));
    before = std::move(now);
  }
  auto const end = held.reap();
  held.rethrow_failure();
  if (!end.clean()) throw std::runtime_error(end.description());
  return {};
}

void report_deadlock(lock_order order, watched_end const& end, std::uint64_t rounds_made, harness::measurement& given) {
  bool const hung = !end.cycle.empty();
  if (hung && order == lock_order::same)
    throw harness::units_deadlocked("although all take their locks in the same order: " + describe(end.cycle));
  std::uint64_t const due = std::uint64_t{watched_locks::units} * watched_locks::rounds;
  given.check(hung ? due : rounds_made, due, hung && rounds_made == due ? 1 : 0, 0);
  given.report({.name = "hung",
                .label = "whether two units that take two locks wait for each other",
                .value = hung ? 1.0 : 0.0,
                .unit = "1"},
               "the locks' own account");
  if (!hung) return;
  given.note(describe(end.cycle));
  given.report({.name = "found_ns",
                .label = "until the watchdog has named who waits for whom",
                .value = static_cast<double>(end.found_ns),
                .unit = "ns"},
               "CLOCK_MONOTONIC");
  given.report({.name = "ended_ns",
                .label = "until the units were ended from outside",
                .value = static_cast<double>(end.ended_ns),
                .unit = "ns",
                .expected_low = 0,
                .expected_high = 1e9},
               "CLOCK_MONOTONIC");
}

namespace {

/// How long one waits with its first lock for the other to take its own. Where units take turns the other comes for
/// sure, however busy the machine is; of two tasks on two workers it may not, and alone on a worker it never does.
std::int64_t company_ns_of(unit_kind const& kind, unsigned workers, harness::measurement const& given) {
  if (kind.takes_turns) return given.patience_ns() / 2;
  return workers > 1 ? 20'000'000 : 0;
}

}  // namespace

void measure_deadlock(unit_kind const& kind, unsigned workers, lock_order order, harness::measurement& given) {
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  runtime::shared_object<watched_locks> locks(
      watched_locks::habits{.order = order,
                            .blocks = kind.is_scheduled_by_kernel() || !kind.takes_turns,
                            .company_ns = company_ns_of(kind, workers, given)});
  // A second is what the ending of a deadlock may take; this is for who neither hangs nor ends.
  auto const end = watch_units(kind, {.workers = workers, .cpus = cpus}, *locks, given.patience_ns());
  report_deadlock(order, end, locks->rounds_made(), given);
}

namespace {

void add_deadlock_cases(harness::registry& all, unit_kind const& kind) {
  for (lock_order order : {lock_order::opposite, lock_order::same}) {
    // Tasks that run to their end need two workers to meet.
    unsigned const workers = kind.takes_turns || !kind.abilities.parallel ? 1 : 2;
    auto one =
        case_of(kind, deadlock_info, "two_locks", order == lock_order::same ? "order:same" : "order:opposite", workers);
    one.prediction_factor = 0.25;
    one.run = [&kind, workers, order](harness::measurement& given) { measure_deadlock(kind, workers, order, given); };
    all.add(one);
  }
}

}  // namespace

void add_deadlock(harness::registry& all) {
  for (unit_kind const& kind : unit_kinds()) add_deadlock_cases(all, kind);
  if (threads_to_interpret() != nullptr) add_deadlock_cases(all, interpreted_threads());
}

}  // namespace unitcost::measures
