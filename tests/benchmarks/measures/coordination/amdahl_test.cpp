#include "benchmarks/measures/coordination/amdahl.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace unitcost::measures {
namespace {

/// Exact speeds of `runners` where `always` of the work outside of the lock is serial as well.
speed_curve exact_speeds(unsigned runners, double always = 0) {
  speed_curve curve;
  for (double const percent : {0, 25, 50, 75, 100}) {
    double const planted = percent / 100;
    curve.emplace_back(percent, speed_by_amdahl(planted + always * (1 - planted), runners));
  }
  return curve;
}

TEST(amdahl, says_that_half_serial_work_of_two_takes_three_quarters_of_the_time) {
  EXPECT_DOUBLE_EQ(speed_by_amdahl(0.5, 2), 4.0 / 3);
  EXPECT_DOUBLE_EQ(speed_by_amdahl(0, 4), 4);
  EXPECT_DOUBLE_EQ(speed_by_amdahl(1, 4), 1);
}

TEST(amdahl, finds_the_serial_share_that_makes_a_speed) {
  for (unsigned const runners : {2u, 3u, 8u})
    for (double const serial : {0.0, 0.1, 0.5, 1.0})
      EXPECT_NEAR(serial_share_of(speed_by_amdahl(serial, runners), runners), serial, 1e-12);
}

TEST(amdahl, fits_the_share_that_was_planted_to_exact_speeds) {
  for (unsigned const runners : {2u, 4u}) {
    auto const line = fit_serial_share(exact_speeds(runners), runners).value();
    EXPECT_NEAR(line.at_half, 0.5, 1e-12);
    EXPECT_NEAR(line.at_none, 0, 1e-12);
  }
}

TEST(amdahl, tells_what_is_serial_without_a_lock_apart) {
  auto const line = fit_serial_share(exact_speeds(2, 0.2), 2).value();
  EXPECT_NEAR(line.at_none, 0.2, 1e-12);
  EXPECT_NEAR(line.at_half, 0.6, 1e-12);
}

TEST(amdahl, finds_nothing_serial_where_a_lock_that_does_nothing_lets_all_run) {
  speed_curve curve = exact_speeds(2);
  for (auto& [percent, speed] : curve) speed = 2;
  EXPECT_NEAR(fit_serial_share(curve, 2).value().at_half, 0, 1e-12);
}

TEST(amdahl, fits_nothing_where_one_runs_at_a_time_or_one_share_was_measured) {
  EXPECT_FALSE(fit_serial_share(exact_speeds(1), 1));
  EXPECT_FALSE(fit_serial_share({}, 2));
  EXPECT_FALSE(fit_serial_share({{50, 1.3}, {50, 1.4}}, 2));
}

TEST(jain_index, is_one_for_equal_parts_and_one_of_n_for_a_single_one) {
  EXPECT_DOUBLE_EQ(jain_index(std::array<std::uint64_t, 4>{7, 7, 7, 7}), 1);
  EXPECT_DOUBLE_EQ(jain_index(std::array<std::uint64_t, 4>{0, 9, 0, 0}), 0.25);
  EXPECT_DOUBLE_EQ(jain_index(std::array<std::uint64_t, 2>{1, 3}), 0.8);
}

}  // namespace
}  // namespace unitcost::measures
