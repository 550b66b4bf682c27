#include "benchmarks/measures/graphs/grain.hpp"

#include <gtest/gtest.h>

#include "tests/benchmarks/measures/faulty_serial.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::fault;
using test::faulty_serial;
using test::recorded_measurement;

TEST(grid_length_below, is_one_of_the_doublings_of_its_shortest) {
  EXPECT_DOUBLE_EQ(grid_length_below(1), 6.25);
  EXPECT_DOUBLE_EQ(grid_length_below(100), 50);
  EXPECT_DOUBLE_EQ(grid_length_below(101), 100);
}

TEST(waves_in, fills_the_time_with_one_wave_at_least_and_512_at_most) {
  EXPECT_EQ(waves_in(1000, 100), 10u);
  EXPECT_EQ(waves_in(1000, 5000), 1u);
  EXPECT_EQ(waves_in(1e9, 1), 512u);
}

TEST(report_grain, gives_the_crossing_and_the_whole_curve) {
  recorded_measurement recorded;
  report_grain({{100, 0.25}, {400, 0.75}}, recorded.given);
  auto const& metric = recorded.metric("minimum_effective_grain_ns");
  EXPECT_NEAR(metric.value, 200, 1e-9);
  EXPECT_EQ(metric.unit, "ns");
  EXPECT_EQ(metric.better, harness::direction::smaller);
  EXPECT_EQ(metric.samples, 2u);
  ASSERT_EQ(recorded.out.curves.size(), 1u);
  EXPECT_EQ(recorded.out.curves.front().points, (efficiency_curve{{100, 0.25}, {400, 0.75}}));
}

TEST(report_grain, says_that_a_limit_is_reached_but_keeps_the_curve_when_half_is_never_reached) {
  recorded_measurement recorded;
  EXPECT_THROW(report_grain({{100, 0.1}, {200, 0.2}}, recorded.given), limit_reached);
  EXPECT_TRUE(recorded.out.metrics.empty());
  EXPECT_EQ(recorded.out.curves.size(), 1u);
}

class grain_of : public ::testing::Test {
 protected:
  void run_under(fault planted) {
    faulty_serial::planted = planted;
    faulty_serial model({}, {});
    expected_waves expected;
    timed_waves waves(model, expected, recorded_.given);
    waves.run_ns(2, 10);
    waves.run_ns(2, 10);
  }
  recorded_measurement recorded_;
};

TEST_F(grain_of, a_faultless_model_passes_the_check) {
  run_under({});
  EXPECT_TRUE(recorded_.check_holds());
}

TEST_F(grain_of, a_model_that_loses_a_unit_of_one_run_fails_the_check) {
  run_under({.what = fault::kind::lose, .run = 1, .unit = 5});
  EXPECT_FALSE(recorded_.check_holds());
}

}  // namespace
}  // namespace unitcost::measures
