#include "benchmarks/harness/records/percentiles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace unitcost::harness {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// count, …, 2, 1: so that a missing sort is noticed.
std::vector<double> falling(std::size_t count) {
  std::vector<double> samples(count);
  std::iota(samples.rbegin(), samples.rend(), 1.0);
  return samples;
}

histogram histogram_of_falling(std::size_t count) {
  return histogram_of(falling(count), "latency_ns", "latency", "ns");
}

TEST(histogram_of, gives_a_percentile_only_with_ten_samples_beyond) {
  EXPECT_THAT(histogram_of_falling(19).percentiles, IsEmpty());
  EXPECT_THAT(histogram_of_falling(20).percentiles, ElementsAre(Pair("50", 10)));
  EXPECT_THAT(histogram_of_falling(99).percentiles, ElementsAre(Pair("50", 50)));
  EXPECT_THAT(histogram_of_falling(100).percentiles, ElementsAre(Pair("50", 50), Pair("90", 90)));
  EXPECT_THAT(histogram_of_falling(1000).percentiles, ElementsAre(Pair("50", 500), Pair("90", 900), Pair("99", 990)));
  EXPECT_THAT(histogram_of_falling(10'000).percentiles,
              ElementsAre(Pair("50", 5000), Pair("90", 9000), Pair("99", 9900), Pair("99.9", 9990)));
}

TEST(rank_of, is_one_that_at_least_ten_lie_beyond) {
  EXPECT_EQ(rank_of({"99.9", 0.999}, 10'000), 9990u);
  EXPECT_EQ(rank_of({"99.9", 0.999}, 9'999), std::nullopt);
  EXPECT_EQ(rank_of({"50", 0.5}, 0), std::nullopt);
}

TEST(histogram_of, counts_every_sample_in_one_bucket) {
  histogram const spread = histogram_of_falling(1000);
  EXPECT_EQ(spread.samples, 1000u);
  std::uint64_t counted = 0;
  for (auto const& bucket : spread.buckets) counted += bucket.second;
  EXPECT_EQ(counted, 1000u);
}

TEST(histogram_of, puts_a_sample_between_a_bound_and_the_next_a_quarter_octave_above) {
  histogram const spread = histogram_of({1.0, 1.18, 1.19, 16.0, 16.5}, "latency_ns", "latency", "ns");
  EXPECT_THAT(spread.buckets, ElementsAre(Pair(1.0, 2), Pair(testing::DoubleEq(std::exp2(0.25)), 1), Pair(16.0, 2)));
}

TEST(histogram_of, counts_what_is_not_positive_in_the_lowest_bucket) {
  histogram const spread = histogram_of({0.0, -5.0, 0.001}, "latency_ns", "latency", "ns");
  EXPECT_THAT(spread.buckets, ElementsAre(Pair(testing::Le(0.001), 3)));
}

TEST(histogram_of, nothing_is_empty_but_named) {
  histogram const nothing = histogram_of({}, "latency_ns", "latency", "ns");
  EXPECT_EQ(nothing.name, "latency_ns");
  EXPECT_EQ(nothing.label, "latency");
  EXPECT_EQ(nothing.unit, "ns");
  EXPECT_EQ(nothing.samples, 0u);
  EXPECT_THAT(nothing.percentiles, IsEmpty());
  EXPECT_THAT(nothing.buckets, IsEmpty());
}

}  // namespace
}  // namespace unitcost::harness
