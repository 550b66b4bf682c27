#include "benchmarks/measures/scheduling/states.hpp"

#include <gtest/gtest.h>

#include "impl/runtime/shared_region.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

TEST(step_ledger, of_a_unit_that_only_sleeps_is_blocked_for_as_long_as_it_asked) {
  step_ledger ledger;
  std::int64_t at_ns = 1000;
  for (int step = 0; step < 5; ++step, at_ns += 700) {
    ledger.step_begins(at_ns);
    ledger.step_ends(at_ns, 700);
  }
  ledger.step_begins(at_ns);
  ledger.step_ends(at_ns, no_more);
  life const whole = ledger.told(1000);
  EXPECT_EQ(whole.blocked_ns, 5 * 700);
  EXPECT_EQ(whole.running_ns, 0);
  EXPECT_EQ(whole.runnable_ns, 0);
  EXPECT_EQ(whole.length_ns, 5 * 700);
}

TEST(step_ledger, counts_what_a_sleeper_waits_beyond_its_sleep_as_runnable) {
  step_ledger ledger;
  ledger.step_begins(100);
  ledger.step_ends(150, 1000);
  ledger.step_begins(1450);  // due at 1150
  ledger.step_ends(1500, next_turn);
  ledger.step_begins(1520);
  ledger.step_ends(1600, no_more);
  life const whole = ledger.told(40);
  EXPECT_EQ(whole.running_ns, 50 + 50 + 80);
  EXPECT_EQ(whole.blocked_ns, 1000);
  EXPECT_EQ(whole.runnable_ns, 60 + 300 + 20) << "before it was begun, too";
  EXPECT_EQ(whole.length_ns, 1560);
  EXPECT_EQ(whole.sum_ns(), whole.length_ns);
}

TEST(step_ledger, of_a_unit_that_was_woken_early_counts_no_more_than_passed) {
  step_ledger ledger;
  ledger.step_begins(0);
  ledger.step_ends(10, 1000);
  ledger.step_begins(500);
  ledger.step_ends(500, no_more);
  EXPECT_EQ(ledger.told(0).blocked_ns, 490);
  EXPECT_EQ(ledger.told(0).runnable_ns, 0);
}

TEST(life_by_kernel, begins_when_nothing_had_been_counted) {
  life const whole = life_by_kernel({.at_ns = 1000, .running_ns = 100, .runnable_ns = 300},
                                    {.at_ns = 2400, .running_ns = 600, .runnable_ns = 800});
  EXPECT_EQ(whole.length_ns, 1800);
  EXPECT_EQ(whole.running_ns, 600);
  EXPECT_EQ(whole.runnable_ns, 800);
  EXPECT_EQ(whole.blocked_ns, 400);
}

TEST(adds_up, when_the_states_are_the_life) {
  EXPECT_TRUE(adds_up(
      {.running_ns = 10, .runnable_ns = 20, .blocked_ns = 60, .zombie_ns = 10, .length_ns = 100, .asleep_ns = 60}));
}

TEST(adds_up, not_when_a_part_is_lost_or_counted_twice) {
  EXPECT_FALSE(adds_up({.running_ns = 10, .runnable_ns = 20, .blocked_ns = 60, .length_ns = 100})) << "no zombie";
  EXPECT_FALSE(adds_up({.running_ns = 20, .runnable_ns = 40, .blocked_ns = 60, .length_ns = 100}));
}

TEST(adds_up, not_when_who_slept_is_said_to_have_run_or_been_ready) {
  EXPECT_FALSE(adds_up({.running_ns = 80, .runnable_ns = 10, .blocked_ns = 10, .length_ns = 100, .asleep_ns = 60}));
  EXPECT_FALSE(adds_up({.running_ns = 10, .runnable_ns = 80, .blocked_ns = 10, .length_ns = 100, .asleep_ns = 60}));
}

/// Ten sleeps of 2 ms in a life of 48 ms, as they were met on a machine: before one of them the unit lost its CPU.
TEST(adds_up, for_a_unit_that_waited_for_a_cpu_instead_of_a_sleep) {
  sure_sleeps sleeps;
  for (std::uint64_t round = 0; round < 10; ++round) {
    sleeps.asked(2'000'000, round < 7 ? 0 : 1);
    sleeps.woken(round < 6 ? 0 : 1);
  }
  EXPECT_EQ(sleeps.total_ns(), 18'000'000);
  life whole{.running_ns = 6'000'000,
             .runnable_ns = 23'500'000,
             .blocked_ns = 18'500'000,
             .length_ns = 48'000'000,
             .asleep_ns = sleeps.total_ns()};
  EXPECT_TRUE(adds_up(whole));
  whole.runnable_ns += 2'000'000;  // the same of one that slept: so much was put to the wrong state
  whole.blocked_ns -= 2'000'000;
  EXPECT_FALSE(adds_up(whole));
}

TEST(sure_sleeps, are_none_before_the_first_was_asked_for) {
  sure_sleeps sleeps;
  sleeps.woken(0);
  EXPECT_EQ(sleeps.total_ns(), 0);
  sleeps.asked(500, 3);
  EXPECT_EQ(sleeps.total_ns(), 0) << "it has not woken";
  sleeps.woken(3);
  sleeps.woken(3);
  EXPECT_EQ(sleeps.total_ns(), 500) << "each counts once";
}

/// Plays three units that are accounted for by their steps, one after the other.
void play(lived_units& units, unsigned played = 3) {
  for (unsigned index = 0; index < played; ++index)
    while (units.step(index)) {
    }
}

TEST(check_states, holds_for_units_that_all_noted_their_end) {
  recorded_measurement recorded;
  lived_units units(3, {.rounds = 2, .iterations = 100}, false);
  play(units);
  check_states(units, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
}

TEST(check_states, sees_a_unit_that_never_noted_its_end) {
  recorded_measurement recorded;
  lived_units units(3, {.rounds = 2, .iterations = 100}, false);
  play(units, 2);
  units.step(2);
  units.step(2);  // both rounds: only the end is missing
  EXPECT_EQ(units.checksum(), units.expected_checksum());
  check_states(units, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(check_states, sees_that_nobody_slept_whoever_accounts_for_it) {
  for (bool const by_kernel : {false, true}) {
    recorded_measurement recorded;
    lived_units units(3, {.rounds = 2, .iterations = 100, .sleep_ns = 3'600'000'000'000}, by_kernel);
    play(units);
    check_states(units, recorded.given);
    EXPECT_FALSE(recorded.check_holds()) << by_kernel;
  }
}

TEST(check_states, sees_a_unit_that_was_reaped_before_its_end) {
  recorded_measurement recorded;
  lived_units units(1, {.rounds = 2, .iterations = 100}, true);
  play(units, 1);
  units.reaped(0, 1);
  check_states(units, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

/// Ten sleeps of 2 ms, before `disturbed` of which the unit lost its CPU.
life with_disturbed_sleeps(std::uint64_t disturbed) {
  sure_sleeps sleeps;
  for (std::uint64_t round = 0; round < 10; ++round) {
    sleeps.asked(2'000'000, 0);
    sleeps.woken(round < disturbed ? 1 : 0);
  }
  return {.runnable_ns = 20'000'000, .length_ns = 20'000'000, .asleep_ns = sleeps.total_ns()};
}

TEST(require_sure_sleeps, takes_no_account_that_nobody_can_contradict) {
  std::vector<life> const lives{with_disturbed_sleeps(0), with_disturbed_sleeps(10)};
  EXPECT_TRUE(adds_up(lives.back())) << "of one that never slept, it says itself";
  EXPECT_THROW(require_sure_sleeps(lives, 20'000'000), harness::not_stable);
}

TEST(require_sure_sleeps, bears_that_half_of_them_were_disturbed) {
  EXPECT_NO_THROW(require_sure_sleeps(std::vector{with_disturbed_sleeps(5)}, 20'000'000));
  EXPECT_THROW(require_sure_sleeps(std::vector{with_disturbed_sleeps(6)}, 20'000'000), harness::not_stable);
  EXPECT_NO_THROW(require_sure_sleeps(std::vector<life>(1), 0)) << "it was to compute only";
}

TEST(report_states, tells_shares_of_all_lives_that_add_up_to_one) {
  recorded_measurement recorded;
  report_states(std::vector<life>{{.running_ns = 100, .runnable_ns = 700, .zombie_ns = 200, .length_ns = 1000},
                                  {.running_ns = 100, .runnable_ns = 300, .blocked_ns = 600, .length_ns = 1000}},
                true, recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("running_share").value, 0.1);
  EXPECT_DOUBLE_EQ(recorded.metric("runnable_share").value, 0.5);
  EXPECT_DOUBLE_EQ(recorded.metric("blocked_share").value, 0.3);
  EXPECT_DOUBLE_EQ(recorded.metric("zombie_share").value, 0.1);
  EXPECT_DOUBLE_EQ(recorded.metric("life_ns").value, 1000);
}

TEST(report_states, tells_of_no_zombies_where_there_are_none) {
  recorded_measurement recorded;
  report_states(std::vector<life>{{.running_ns = 1, .length_ns = 1}}, false, recorded.given);
  EXPECT_THROW(recorded.metric("zombie_share"), std::out_of_range);
}

TEST(measure_states, of_every_kind_has_states_that_add_up) {
  for (unit_kind const& kind : unit_kinds()) {
    if (!kind.why_none.empty()) continue;
    recorded_measurement recorded;
    try {
      measure_states(kind, round_kind::mixed, recorded.given);
    } catch (harness::not_stable const&) {  // on a busy machine
      continue;
    }
    EXPECT_TRUE(recorded.check_holds()) << kind.model << ": " << recorded.out.check->difference();
    EXPECT_GT(recorded.metric("blocked_share").value, 0) << kind.model;
    EXPECT_GT(recorded.metric("running_share").value, 0) << kind.model;
  }
}

}  // namespace
}  // namespace unitcost::measures
