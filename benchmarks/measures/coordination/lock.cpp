#include "benchmarks/measures/coordination/lock.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <utility>

#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/kernel_iteration.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::measures {
namespace {

constexpr double lock_slice_ns = 3e6, lock_round_ns = 1e4;
constexpr auto many_rounds_of_a_slice = static_cast<std::uint64_t>(lock_slice_ns / lock_round_ns);

/// One pair of slices of the sweep: by one unit and by all.
struct lock_pair {
  division divided;
  std::size_t percent_index;
  bool alone_first;
};

/// Who goes first changes from pair to pair, and from repetition to repetition where there is one pair.
std::vector<lock_pair> shuffled_pairs(unsigned pairs, harness::measurement_settings const& settings) {
  std::vector<lock_pair> all;
  for (division const divided : both_divisions)
    for (std::size_t index = 0; index < percents_under_lock.size(); ++index)
      for (unsigned pair = 0; pair < pairs; ++pair) {
        bool const alone_first = (pair + index + settings.repetition) % 2 == 0;
        all.push_back({divided, index, alone_first});
      }
  std::ranges::shuffle(all, std::mt19937_64(settings.seed + settings.repetition));
  return all;
}

/// Processes take longer to start than the slice that they then work for.
unsigned pairs_of(lock_place const& place, harness::measurement const& given) {
  if (given.settings().which == harness::profile::full) return 9;
  return place.kind.abilities.shares_memory ? 3 : 1;
}

class lock_sweep {
 public:
  lock_sweep(lock_way const& way, lock_place const& place, double iteration_ns, harness::measurement& given)
      : way_(way), place_(place), iterations_(static_cast<std::uint64_t>(lock_slice_ns / iteration_ns)), given_(given) {
    one_.units = 1;
  }

  void measure(lock_pair const& pair) {
    unsigned const percent = percents_under_lock[pair.percent_index];
    round_plan plan = plan_of(pair.divided, percent, iterations_, many_rounds_of_a_slice, place_.units);
    plan.patience_ns = given_.patience_ns();
    double alone_ns = pair.alone_first ? elapsed_alone_ns(plan) : 0;
    rounds_made const together = checked(place_, plan);
    if (!pair.alone_first) alone_ns = elapsed_alone_ns(plan);
    auto& found = found_[static_cast<std::size_t>(pair.divided)];
    found.ratios[pair.percent_index].push_back(alone_ns / static_cast<double>(together.elapsed_ns));
    if (percent == 100) found.fairness.push_back(jain_index(together.of_each));
  }

  /// The medians.
  lock_speeds speeds(division divided) const {
    auto const& found = found_[static_cast<std::size_t>(divided)];
    lock_speeds out{.curve = {}, .fairness = found.fairness};
    for (std::size_t index = 0; index < percents_under_lock.size(); ++index)
      out.curve.emplace_back(percents_under_lock[index], harness::median(found.ratios[index]));
    return out;
  }

  rounds_made checked(lock_place const& place, round_plan const& plan) {
    rounds_made const made = way_.run(place, plan);
    check_rounds(made, plan, given_);
    return made;
  }

 private:
  double elapsed_alone_ns(round_plan const& plan) {
    return static_cast<double>(checked(one_, plan_for_one(plan)).elapsed_ns);
  }

  struct of_division {
    std::array<std::vector<double>, percents_under_lock.size()> ratios;
    std::vector<double> fairness;
  };

  lock_way const& way_;
  lock_place const& place_;
  lock_place one_ = place_;
  std::uint64_t iterations_;
  harness::measurement& given_;
  std::array<of_division, both_divisions.size()> found_;
};

void report_speeds(speed_curve const& curve, unsigned runners, std::string_view divided, std::string const& how,
                   harness::measurement& given) {
  given.report(harness::series{"speed_up_" + std::string(divided), "speed over that of one unit, " + how,
                               "share under the lock", "%", "speed-up", "1", curve});
  auto const line = fit_serial_share(curve, runners);
  if (!line) return;
  auto const tell = [&](std::string name, std::string label, double value) {
    given.report({.name = std::move(name),
                  .label = std::move(label),
                  .value = value,
                  .unit = "1",
                  .better = harness::direction::neither,
                  .samples = curve.size()},
                 "CLOCK_MONOTONIC, least squares over the shares under the lock");
  };
  tell("serial_share_" + std::string(divided), "serial share at half of the work under the lock, " + how,
       line->at_half);
  tell("unplanted_share_" + std::string(divided), "serial share with nothing under the lock, " + how, line->at_none);
}

void report_ns(std::string name, std::string label, double value, std::uint64_t samples, harness::measurement& given) {
  given.report({.name = std::move(name), .label = std::move(label), .value = value, .unit = "ns", .samples = samples},
               "CLOCK_MONOTONIC");
}

/// Between units that do nothing else.
void measure_contended(lock_sweep& sweep, lock_place const& place, harness::measurement& given) {
  constexpr std::uint64_t rounds = 20'000;
  std::vector<double> costs;
  for (int run = 0; run < 3; ++run) {
    rounds_made const made = sweep.checked(
        place, {.rounds = rounds, .most_of_a_unit = rounds, .patience_ns = given.patience_ns(), .between_turns = 500});
    costs.push_back(static_cast<double>(made.elapsed_ns) / rounds);
  }
  report_ns("contended_ns", "lock and unlock among all units", harness::median(costs), costs.size() * rounds, given);
}

}  // namespace

round_plan plan_of(division divided, unsigned percent, std::uint64_t iterations, std::uint64_t many, unsigned units) {
  std::uint64_t const rounds = divided == division::one_round ? units : many;
  std::uint64_t const of_a_round = iterations / rounds, inside = of_a_round * percent / 100;
  return {.rounds = rounds,
          .most_of_a_unit = divided == division::one_round ? 1 : rounds,
          .outside = of_a_round - inside,
          .inside = inside};
}

round_plan plan_for_one(round_plan plan) {
  plan.most_of_a_unit = plan.rounds;
  return plan;
}

void check_rounds(rounds_made const& made, round_plan const& plan, harness::measurement& given) {
  given.check(made.sum(), plan.rounds, made.counted, plan.rounds);
}

void report_lock(lock_speeds const& one_round, lock_speeds const& many_rounds, unsigned runners,
                 harness::measurement& given) {
  report_speeds(one_round.curve, runners, "one_round", "each unit's work in one round", given);
  report_speeds(many_rounds.curve, runners, "many_rounds", "in rounds of 10 us", given);
  if (runners < 2) given.note("one worker runs one unit at a time, lock or not: every serial share explains that");
  if (many_rounds.fairness.empty()) return;
  given.report({.name = "fairness",
                .label = "Jain's index of the units' rounds, all of their work under the lock",
                .value = harness::median(many_rounds.fairness),
                .unit = "1",
                .better = harness::direction::greater,
                .samples = many_rounds.fairness.size()},
               "the units' own counts");
}

void measure_lock(lock_way const& way, lock_place place, harness::measurement& given) {
  place.where.cpus = given.first_cpus(place.where.workers);
  runtime::confine_to(place.where.cpus);
  lock_sweep sweep(way, place, kernel_iteration_ns(place.where.cpus), given);
  for (lock_pair const& pair : shuffled_pairs(pairs_of(place, given), given.settings())) sweep.measure(pair);
  lock_speeds many_rounds = sweep.speeds(division::many_rounds);
  unsigned const runners = std::min(place.units, place.where.workers);
  if (place.units > runners && meeting_of(place) == meeting::none) {
    many_rounds.fairness.clear();
    given.note("the units are not under way together, but one after another on each worker: no fairness of the lock");
  }
  report_lock(sweep.speeds(division::one_round), many_rounds, runners, given);
  measure_contended(sweep, place, given);
  auto const loop =
      given.time_loop(given.measuring_s() / 10, [&](std::uint64_t times) { return way.alone_ns(place, times); });
  report_ns("alone_ns", "lock and unlock by one unit alone", loop.ns_per_iteration, loop.iterations, given);
}

}  // namespace unitcost::measures
