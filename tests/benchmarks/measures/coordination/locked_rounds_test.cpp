#include "benchmarks/measures/coordination/locked_rounds.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "benchmarks/measures/coordination/lock.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

struct counting_lock {
  void lock() { ++locked; }
  void unlock() {}
  inline static std::uint64_t locked;
};

TEST(locked_rounds, are_made_by_whoever_is_ready_each_under_the_lock) {
  counting_lock::locked = 0;
  locked_rounds<counting_lock> rounds(2, {.rounds = 5, .most_of_a_unit = 5}, meeting::none, 2);
  EXPECT_EQ(rounds.step(0), next_turn);
  EXPECT_EQ(rounds.step(1), next_turn);
  EXPECT_EQ(rounds.step(1), no_more);
  EXPECT_EQ(rounds.step(0), no_more);
  auto const made = rounds.made();
  EXPECT_EQ(made.of_each, (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(made.counted, 5u);
  EXPECT_EQ(counting_lock::locked, 5u);
}

TEST(locked_rounds, are_no_more_of_a_unit_than_planned) {
  locked_rounds<counting_lock> rounds(2, {.rounds = 2, .most_of_a_unit = 1}, meeting::none, 2);
  EXPECT_EQ(rounds.step(0), no_more);
  EXPECT_EQ(rounds.made().sum(), 1u);
  EXPECT_EQ(rounds.step(1), no_more);
  EXPECT_EQ(rounds.made().of_each, (std::vector<std::uint64_t>{1, 1}));
}

TEST(locked_rounds, begin_when_all_units_have_come) {
  locked_rounds<counting_lock> rounds(2, {.rounds = 1, .most_of_a_unit = 1}, meeting::by_turns, 1);
  EXPECT_EQ(rounds.step(0), next_turn);
  EXPECT_EQ(rounds.step(0), next_turn);
  EXPECT_EQ(rounds.made().sum(), 0u);
  EXPECT_EQ(rounds.step(1), next_turn);
  EXPECT_EQ(rounds.made().sum(), 1u);
}

TEST(locked_rounds, are_not_waited_for_for_ever_where_a_unit_never_comes) {
  guarded_work work(2, {.patience_ns = 1000}, meeting::blocking);
  EXPECT_THROW(work.may_begin(0), std::runtime_error);
}

TEST(locked_rounds, under_a_lock_that_lets_two_in_at_once_are_a_wrong_result) {
  round_plan const plan{.rounds = 2, .most_of_a_unit = 1};
  guarded_work work(2, plan, meeting::none);
  for (unsigned const unit : {0u, 1u}) EXPECT_TRUE(work.may_begin(unit) && work.take(unit));
  work.enter(0);
  work.enter(1);
  work.leave(0);
  work.leave(1);
  auto const made = work.made();
  EXPECT_EQ(made.sum(), 2u);
  EXPECT_EQ(made.counted, 1u);
  test::recorded_measurement recorded;
  check_rounds(made, plan, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(locked_rounds, of_which_one_was_not_made_are_a_wrong_result) {
  test::recorded_measurement recorded;
  check_rounds({.of_each = {3, 4}, .counted = 7}, {.rounds = 8}, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(locked_rounds, are_as_many_as_the_work_divides_into_with_the_share_under_the_lock) {
  auto const many = plan_of(division::many_rounds, 75, 4000, 40, 8);
  EXPECT_EQ(many.rounds, 40u);
  EXPECT_EQ(many.most_of_a_unit, 40u);
  EXPECT_EQ(many.inside, 75u);
  EXPECT_EQ(many.outside, 25u);
  auto const one = plan_of(division::one_round, 25, 4000, 40, 8);
  EXPECT_EQ(one.rounds, 8u);
  EXPECT_EQ(one.most_of_a_unit, 1u);
  EXPECT_EQ(one.inside, 125u);
  EXPECT_EQ(one.outside, 375u);
  EXPECT_EQ(plan_for_one(one).most_of_a_unit, 8u);
}

}  // namespace
}  // namespace unitcost::measures
