#include "benchmarks/measures/pools/pool_size.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using testing::ElementsAre;

TEST(size_by_rule, is_the_cpus_over_the_share_of_computing) {
  EXPECT_DOUBLE_EQ(size_by_rule(2, 0), 2);
  EXPECT_DOUBLE_EQ(size_by_rule(2, 75), 8);
  EXPECT_DOUBLE_EQ(size_by_rule(4, 99), 400);
}

TEST(sizes_to_try, go_by_half_octaves_to_three_times_the_rule) {
  EXPECT_THAT(sizes_to_try(2), ElementsAre(1, 2, 3, 4, 6, 8));
  EXPECT_THAT(sizes_to_try(5), ElementsAre(1, 2, 3, 4, 6, 8, 12));
}

TEST(best_size, is_the_smallest_that_is_nearly_as_fast_as_the_fastest) {
  EXPECT_EQ(best_size({{1, 50}, {2, 94}, {3, 96}, {4, 100}, {6, 99}}), 3);
  EXPECT_EQ(best_size({{1, 100}, {2, 60}}), 1);
}

TEST(report_pool_size, compares_with_the_rule) {
  test::recorded_measurement recorded;
  report_pool_size({{1, 50}, {2, 99}, {4, 100}}, 8, recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("best_size").value, 2);
  EXPECT_DOUBLE_EQ(recorded.metric("best_over_rule").value, 0.25);
  for (char const* fact : {"best_size", "best_over_rule"})
    EXPECT_EQ(recorded.metric(fact).better, harness::direction::neither) << fact;
}

}  // namespace
}  // namespace unitcost::measures
