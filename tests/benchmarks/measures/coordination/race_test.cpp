#include "benchmarks/measures/coordination/race.hpp"

#include <gtest/gtest.h>

#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

TEST(race, loses_nothing_where_one_unit_runs_at_a_time_and_none_is_interrupted) {
  for (char const* model : {"serial", "stackful", "stackless", "boost_fiber", "thread_pool"}) {
    SCOPED_TRACE(model);
    recorded_measurement own;
    measure_race(unit_kind_of(model), 1, own.given);
    EXPECT_TRUE(own.check_holds());
    EXPECT_EQ(own.metric("lost_per_million").value, 0);
  }
}

TEST(race, is_proved_by_the_units_own_counts_under_models_that_do_race) {
  for (char const* model : {"process", "std_thread"}) {
    SCOPED_TRACE(model);
    recorded_measurement own(2);
    measure_race(unit_kind_of(model), static_cast<unsigned>(own.given.settings().cpus.size()), own.given);
    EXPECT_TRUE(own.check_holds());
    EXPECT_GE(own.metric("lost_per_million").value, 0);
  }
}

TEST(race, counts_what_was_lost) {
  recorded_measurement own;
  report_race(750'000, 1'000'000, 1'000'000, own.given);
  EXPECT_TRUE(own.check_holds());
  EXPECT_EQ(own.metric("lost_per_million").value, 250'000);
}

TEST(race, finds_additions_that_were_not_made_or_that_counted_twice) {
  recorded_measurement missing, twice;
  report_race(900, 900, 1000, missing.given);
  EXPECT_FALSE(missing.check_holds());
  report_race(1001, 1000, 1000, twice.given);
  EXPECT_FALSE(twice.check_holds());
}

}  // namespace
}  // namespace unitcost::measures
