#include "benchmarks/measures/coordination/deadlock.hpp"

#include <gtest/gtest.h>

#include "benchmarks/harness/supervision/units_deadlocked.hpp"
#include "impl/runtime/shared_region.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

TEST(deadlock, comes_of_opposite_orders_under_every_model_whose_units_are_under_way_together) {
  for (unit_kind const& kind : unit_kinds()) {
    if (!kind.why_none.empty()) continue;
    SCOPED_TRACE(kind.model);
    recorded_measurement own;
    measure_deadlock(kind, 1, lock_order::opposite, own.given);
    EXPECT_TRUE(own.check_holds());
    EXPECT_EQ(own.metric("hung").value, kind.takes_turns ? 1 : 0);
    if (kind.takes_turns) {
      EXPECT_EQ(own.out.notes.at(0),
                "unit 0 holds lock 0 and waits for lock 1, unit 1 holds lock 1 and waits for lock 0");
    }
  }
}

TEST(deadlock, does_not_come_of_the_same_order) {
  for (unit_kind const& kind : unit_kinds()) {
    if (!kind.why_none.empty()) continue;
    SCOPED_TRACE(kind.model);
    recorded_measurement own;
    measure_deadlock(kind, 1, lock_order::same, own.given);
    EXPECT_TRUE(own.check_holds());
    EXPECT_EQ(own.metric("hung").value, 0);
  }
}

TEST(deadlock, under_locks_in_the_same_order_is_a_failure_of_its_own) {
  recorded_measurement own;
  // Their order is not the one that they are said to have.
  runtime::shared_object<watched_locks> locks(
      watched_locks::habits{.order = lock_order::opposite, .blocks = true, .company_ns = own.given.patience_ns() / 2});
  placement const where{.workers = 1, .cpus = own.given.first_cpus(1)};
  auto const end = watch_units(unit_kind_of("std_thread"), where, *locks, own.given.patience_ns());
  EXPECT_THROW(report_deadlock(lock_order::same, end, locks->rounds_made(), own.given), harness::units_deadlocked);
}

TEST(deadlock, is_not_what_a_round_less_is) {
  recorded_measurement own;
  report_deadlock(lock_order::same, {}, watched_locks::units * watched_locks::rounds - 1, own.given);
  EXPECT_FALSE(own.check_holds());
}

TEST(deadlock, of_units_that_made_all_their_rounds_is_not_believed) {
  recorded_measurement own;
  watched_end const hung{.cycle = {{0, 0, 1}, {1, 1, 0}}, .found_ns = 1, .ended_ns = 2};
  report_deadlock(lock_order::opposite, hung, watched_locks::units * watched_locks::rounds, own.given);
  EXPECT_FALSE(own.check_holds());
}

}  // namespace
}  // namespace unitcost::measures
