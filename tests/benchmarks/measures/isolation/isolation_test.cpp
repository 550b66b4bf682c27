#include "benchmarks/measures/isolation/isolation.hpp"

#include <gtest/gtest.h>

#include "impl/runtime/shared_region.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

struct sight {
  char const* model;
  double others, starter;
};

TEST(isolation, tells_who_shares_a_global_variable) {
  for (sight const& each :
       {sight{"process", 0, 0}, {"process_pool", 1, 0}, {"std_thread", 1, 1}, {"stackless", 1, 1}}) {
    SCOPED_TRACE(each.model);
    recorded_measurement own;
    measure_isolation(unit_kind_of(each.model), 1, own.given);
    EXPECT_TRUE(own.check_holds());
    EXPECT_EQ(own.metric("seen_share").value, each.others);
    EXPECT_EQ(own.metric("seen_by_starter").value, each.starter);
  }
}

TEST(isolation, holds_under_every_model) {
  for (unit_kind const& kind : unit_kinds()) {
    if (!kind.why_none.empty()) continue;
    SCOPED_TRACE(kind.model);
    recorded_measurement own;
    measure_isolation(kind, 1, own.given);
    EXPECT_TRUE(own.check_holds());
  }
}

TEST(isolation, counts_a_unit_that_never_looked_as_none) {
  runtime::shared_object<global_write> write(4u, -1);
  EXPECT_EQ(write->step(2), no_more) << "the first to come is the writer";
  EXPECT_EQ(write->lookers(), 0u);
  EXPECT_EQ(write->step(0), no_more);
  EXPECT_EQ(write->step(3), no_more);
  EXPECT_EQ(write->lookers(), 2u) << "unit 1 never came, which fails the check of the measure";
  EXPECT_EQ(write->seers(), 2u);
}

}  // namespace
}  // namespace unitcost::measures
