#include "benchmarks/load/arrivals.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace unitcost::load {
namespace {

constexpr std::int64_t ten_seconds_ns = 10'000'000'000;

std::vector<double> gaps_of(std::vector<std::int64_t> const& times) {
  std::vector<double> gaps;
  for (std::size_t index = 1; index < times.size(); ++index)
    gaps.push_back(static_cast<double>(times[index] - times[index - 1]));
  return gaps;
}

/// Kolmogorov's distance between the gaps and the exponential distribution with that mean.
double distance_from_exponential(std::vector<double> gaps, double mean_ns) {
  std::ranges::sort(gaps);
  auto const count = static_cast<double>(gaps.size());
  double greatest = 0;
  for (std::size_t index = 0; index < gaps.size(); ++index) {
    double const expected = 1 - std::exp(-gaps[index] / mean_ns);
    double const below = static_cast<double>(index) / count;
    greatest = std::max({greatest, std::abs(expected - below), std::abs(expected - below - 1 / count)});
  }
  return greatest;
}

TEST(arrivals, at_a_constant_rate_are_one_gap_apart_from_the_beginning_on) {
  EXPECT_EQ(arrivals_ns({.by = spacing::constant, .per_second = 4}, 1'000'000'000),
            (std::vector<std::int64_t>{0, 250'000'000, 500'000'000, 750'000'000}));
}

TEST(arrivals, at_a_constant_rate_do_not_drift) {
  auto const times = arrivals_ns({.by = spacing::constant, .per_second = 3e4}, ten_seconds_ns);
  ASSERT_EQ(times.size(), 300'000u);
  EXPECT_EQ(times[299'999], 9'999'966'666);
}

TEST(arrivals, of_poisson_come_at_the_mean_rate) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    auto const times = arrivals_ns({.per_second = 10'000, .seed = seed}, ten_seconds_ns);
    EXPECT_NEAR(static_cast<double>(times.size()), 100'000, 4 * std::sqrt(100'000)) << "seed " << seed;
    EXPECT_TRUE(std::ranges::is_sorted(times));
    EXPECT_GE(times.front(), 0);
    EXPECT_LT(times.back(), ten_seconds_ns);
  }
}

TEST(arrivals, of_poisson_have_exponential_gaps_and_constant_ones_have_not) {
  double const at_most = 1.63 / std::sqrt(100'000);  // that would be exceeded once in a hundred seeds
  auto const random = gaps_of(arrivals_ns({.per_second = 10'000, .seed = 1}, ten_seconds_ns));
  EXPECT_LT(distance_from_exponential(random, 100'000), at_most);
  auto const even = gaps_of(arrivals_ns({.by = spacing::constant, .per_second = 10'000}, ten_seconds_ns));
  EXPECT_GT(distance_from_exponential(even, 100'000), 0.3);
}

TEST(arrivals, of_poisson_have_gaps_that_do_not_tell_the_next) {
  auto const gaps = gaps_of(arrivals_ns({.per_second = 10'000, .seed = 1}, ten_seconds_ns));
  double covariance = 0, variance = 0;
  for (std::size_t index = 1; index < gaps.size(); ++index) {
    covariance += (gaps[index] - 100'000) * (gaps[index - 1] - 100'000);
    variance += (gaps[index] - 100'000) * (gaps[index] - 100'000);
  }
  EXPECT_NEAR(covariance / variance, 0, 4 / std::sqrt(100'000));
}

TEST(arrivals, are_the_same_for_the_same_seed_and_others_for_another) {
  auto const once = arrivals_ns({.per_second = 1000, .seed = 7}, ten_seconds_ns);
  EXPECT_EQ(once, arrivals_ns({.per_second = 1000, .seed = 7}, ten_seconds_ns));
  EXPECT_NE(once, arrivals_ns({.per_second = 1000, .seed = 8}, ten_seconds_ns));
}

TEST(arrivals, within_no_time_are_none) {
  EXPECT_TRUE(arrivals_ns({.by = spacing::constant, .per_second = 1000}, 0).empty());
  EXPECT_TRUE(arrivals_ns({.per_second = 1000}, 0).empty());
}

}  // namespace
}  // namespace unitcost::load
