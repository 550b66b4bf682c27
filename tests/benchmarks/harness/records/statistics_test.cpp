#include "benchmarks/harness/records/statistics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace unitcost::harness {
namespace {

using points = std::vector<std::pair<double, double>>;

/// 1 … count, in an order of no meaning.
std::vector<double> shuffled(int count) {
  std::vector<double> values;
  for (int value = count; value > 0; value -= 2) values.push_back(value);
  for (int value = count - 1; value > 0; value -= 2) values.push_back(value);
  return values;
}

TEST(median, is_the_middle_of_an_odd_number_of_values) { EXPECT_EQ(median(std::array{9.0, 1.0, 4.0}), 4); }

TEST(median, is_the_mean_of_the_middle_two_of_an_even_number) { EXPECT_EQ(median(std::array{9.0, 1.0, 4.0, 6.0}), 5); }

TEST(median, of_nothing_is_refused) { EXPECT_THROW(median({}), std::invalid_argument); }

TEST(median_interval, is_none_below_six_values) {
  for (int count = 0; count < 6; ++count) EXPECT_EQ(median_interval(shuffled(count)), std::nullopt) << count;
}

/// Table of order statistics for 95 %, e.g. Le Boudec, Performance Evaluation, appendix A.
TEST(median_interval, takes_the_order_statistics_of_the_published_table) {
  EXPECT_EQ(median_interval(shuffled(6)), std::pair(1.0, 6.0));
  EXPECT_EQ(median_interval(shuffled(8)), std::pair(1.0, 8.0));
  EXPECT_EQ(median_interval(shuffled(9)), std::pair(2.0, 8.0));
  EXPECT_EQ(median_interval(shuffled(10)), std::pair(2.0, 9.0));
  EXPECT_EQ(median_interval(shuffled(12)), std::pair(3.0, 10.0));
  EXPECT_EQ(median_interval(shuffled(30)), std::pair(10.0, 21.0));
}

TEST(fit_line, finds_a_known_line_with_no_uncertainty) {
  line_fit const fit = fit_line(points{{64, 1064}, {128, 1128}, {256, 1256}, {512, 1512}});
  EXPECT_DOUBLE_EQ(fit.slope, 1);
  EXPECT_NEAR(fit.intercept, 1000, 1e-9);
  EXPECT_NEAR(fit.slope_low, 1, 1e-9);
  EXPECT_NEAR(fit.slope_high, 1, 1e-9);
}

/// By hand: x = 1 … 5, y = 2 4 5 4 5. Mean x 3, mean y 4, Sxx 10, Sxy 6: slope 0.6, intercept 2.2. Residuals -0.8, 0.6,
/// 1.0, -0.6, -0.2: their squares sum to 2.4; error sqrt(2.4 / 3 / 10) = 0.282843; t(3; 0.975) = 3.182446.
TEST(fit_line, gives_the_interval_that_is_computed_by_hand) {
  line_fit const fit = fit_line(points{{1, 2}, {2, 4}, {3, 5}, {4, 4}, {5, 5}});
  EXPECT_NEAR(fit.slope, 0.6, 1e-12);
  EXPECT_NEAR(fit.intercept, 2.2, 1e-12);
  EXPECT_NEAR(fit.slope_low, 0.6 - 0.900132, 1e-6);
  EXPECT_NEAR(fit.slope_high, 0.6 + 0.900132, 1e-6);
}

TEST(fit_line, refuses_two_points_whose_line_has_no_uncertainty) {
  EXPECT_THROW(fit_line(points{{1, 2}, {2, 4}}), std::invalid_argument);
  EXPECT_THROW(fit_line({}), std::invalid_argument);
}

TEST(fit_line, refuses_points_above_one_another_even_where_their_mean_is_rounded) {
  EXPECT_THROW(fit_line(points{{64, 1}, {64, 2}, {64, 3}}), std::invalid_argument);
  EXPECT_THROW(fit_line(points(10, {0.1, 2})), std::invalid_argument);
}

}  // namespace
}  // namespace unitcost::harness
