#include "benchmarks/measures/isolation/containment.hpp"

#include <gtest/gtest.h>

#include "impl/runtime/shared_region.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

struct home {
  char const* model;
  double processes, threads;
};

TEST(containment, tells_in_what_units_live) {
  for (home const& each : {home{"process", 16, 16},
                           {"std_thread", 1, 16},
                           {"stackful", 1, 1},
                           {"stackless", 1, 1},
                           {"serial", 1, 1},
                           {"thread_pool", 1, 1}}) {
    SCOPED_TRACE(each.model);
    recorded_measurement own;
    measure_containment(unit_kind_of(each.model), 1, own.given);
    EXPECT_TRUE(own.check_holds());
    EXPECT_EQ(own.metric("process_ids").value, each.processes);
    EXPECT_EQ(own.metric("thread_ids").value, each.threads);
  }
}

TEST(containment, counts_a_unit_when_it_has_come) {
  runtime::shared_object<where_units_live> where(3u, true);
  EXPECT_EQ(where->step(0), next_turn) << "it waits for the others";
  EXPECT_EQ(where->step(1), next_turn);
  EXPECT_EQ(where->come(), 2u);
  EXPECT_EQ(where->step(2), no_more);
  EXPECT_EQ(where->come(), 3u);
  EXPECT_EQ(where->threads(), 1u);
}

}  // namespace
}  // namespace unitcost::measures
