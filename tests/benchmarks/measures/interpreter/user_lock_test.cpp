#include "benchmarks/measures/interpreter/user_lock.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <tuple>

#include "benchmarks/measures/coordination/deadlock.hpp"
#include "benchmarks/measures/interpreter/interpreted_units.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

constexpr std::uint64_t all_rounds = held_across_waits::units * held_across_waits::rounds;

TEST(user_lock, excludes_across_waits_for_which_the_interpreters_lock_is_given_away) {
  held_across_waits lock;
  interpreted_threads().run({.workers = 1, .cpus = {}}, held_across_waits::units, steps_of(lock));
  recorded_measurement own;
  report_user_lock(lock.rounds_made(), lock.most_holders(), lock.refused(), own.given);
  EXPECT_TRUE(own.check_holds());
}

TEST(user_lock, is_wrong_with_two_holders_or_a_lost_round_or_where_nobody_asked_in_vain) {
  for (auto const& [rounds, holders, refused] :
       {std::tuple{all_rounds, 2u, 5u}, {all_rounds - 1, 1u, 5u}, {all_rounds, 1u, 0u}}) {
    recorded_measurement own;
    report_user_lock(rounds, holders, refused, own.given);
    EXPECT_FALSE(own.check_holds());
  }
}

TEST(user_lock, of_two_in_opposite_order_hang_under_the_interpreters_lock_too) {
  recorded_measurement own;
  measure_deadlock(interpreted_threads(), 1, lock_order::opposite, own.given);
  EXPECT_TRUE(own.check_holds());
  EXPECT_EQ(own.metric("hung").value, 1);
}

}  // namespace
}  // namespace unitcost::measures
