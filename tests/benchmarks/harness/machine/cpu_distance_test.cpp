#include "benchmarks/harness/machine/cpu_distance.hpp"

#include <gtest/gtest.h>

#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::harness {
namespace {

/// CPUs that are as far apart as the test says.
class cpu_distance_test : public testing::Test {
 protected:
  double apart_ns = 100;
  cpu_distance distance{[this](int, int) { return apart_ns; }};

  void look(double ns, int times = 1) {
    apart_ns = ns;
    for (int count = 0; count < times; ++count) EXPECT_DOUBLE_EQ(distance.look(0, 1), ns);
  }
};

TEST_F(cpu_distance_test, is_usual_as_long_as_nothing_was_seen) { EXPECT_TRUE(distance.usual(1)); }

TEST_F(cpu_distance_test, is_unusual_from_a_quarter_more_or_less) {
  look(100, 3);
  EXPECT_TRUE(distance.usual(124));
  EXPECT_FALSE(distance.usual(126));
  EXPECT_TRUE(distance.usual(81));
  EXPECT_FALSE(distance.usual(79));
}

TEST_F(cpu_distance_test, is_usual_when_it_is_that_of_most_looks) {
  look(50);
  look(190, 2);
  look(105, 4);
  EXPECT_TRUE(distance.usual(105));
  EXPECT_FALSE(distance.usual(50));
  EXPECT_FALSE(distance.usual(190));
  look(190, 20);
  EXPECT_TRUE(distance.usual(190)) << "they were moved for good";
}

TEST_F(cpu_distance_test, tells_the_less_usual_of_two_looks) {
  look(100, 3);
  EXPECT_DOUBLE_EQ(distance.less_usual(105, 190), 190);
  EXPECT_DOUBLE_EQ(distance.less_usual(40, 190), 40);
  EXPECT_DOUBLE_EQ(distance.less_usual(190, 100), 190);
}

TEST_F(cpu_distance_test, is_not_made_usual_by_who_looks_until_it_is) {
  look(100, 3);
  apart_ns = 400;
  for (int count = 0; count < 100; ++count) EXPECT_DOUBLE_EQ(distance.look_again(0, 1), 400);
  EXPECT_FALSE(distance.usual(400));
}

TEST(cache_line_round_trip, is_a_time_and_leaves_the_thread_where_it_was) {
  auto const before = runtime::allowed_cpus();
  if (before.size() < 2) GTEST_SKIP() << "needs two CPUs";
  EXPECT_GT(cache_line_round_trip_ns(before[0], before[1]), 0.0);
  EXPECT_EQ(runtime::allowed_cpus(), before);
}

TEST(cache_line_round_trip, refuses_a_cpu_that_is_not_ours) {
  EXPECT_THROW(cache_line_round_trip_ns(runtime::allowed_cpus().front(), CPU_SETSIZE - 1), std::system_error);
}

}  // namespace
}  // namespace unitcost::harness
