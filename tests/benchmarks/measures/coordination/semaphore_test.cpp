#include "benchmarks/measures/coordination/semaphore.hpp"

#include <gtest/gtest.h>

#include "impl/runtime/shared_region.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

TEST(semaphore, never_has_more_holders_than_permits_under_any_model) {
  for (unit_kind const& kind : unit_kinds()) {
    if (!kind.why_none.empty()) continue;
    SCOPED_TRACE(kind.model);
    recorded_measurement own;
    measure_semaphore(kind, 1, own.given);
    EXPECT_TRUE(own.check_holds());
    double const most = own.metric("most_holders").value;
    if (kind.is_scheduled_by_kernel()) {
      EXPECT_LE(most, 4) << "how many are under way together is the kernel's to say";
    } else {
      EXPECT_EQ(most, kind.takes_turns ? 4 : 1);
    }
  }
}

TEST(semaphore, that_lets_one_too_many_in_fails_the_check) {
  recorded_measurement own;
  // Five permits are given out where four were to be.
  runtime::shared_object<permit_holders> holders(8u, 5u, 10u, false);
  unit_kind_of("stackful").run({.workers = 1, .cpus = own.given.first_cpus(1)}, 8, steps_of(*holders));
  EXPECT_EQ(holders->most_holders(), 5u);
  check_holders(*holders, 4, 80, own.given);
  EXPECT_FALSE(own.check_holds());
}

TEST(semaphore, of_which_a_unit_had_too_few_permits_fails_the_check) {
  recorded_measurement own;
  runtime::shared_object<permit_holders> holders(1u, 1u, 2u, false);
  EXPECT_EQ(holders->step(0), next_turn);
  EXPECT_EQ(holders->step(0), next_turn);
  check_holders(*holders, 1, 2, own.given);
  EXPECT_FALSE(own.check_holds()) << "one of two rounds";
}

}  // namespace
}  // namespace unitcost::measures
