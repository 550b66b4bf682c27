#include "benchmarks/load/latency_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "workloads/splitmix64.hpp"

namespace unitcost::load {
namespace {

std::unique_ptr<latency_histogram> counted(std::vector<std::int64_t> const& times) {
  auto made = std::make_unique<latency_histogram>();
  for (std::int64_t const time : times) made->count(time);
  return made;
}

/// Times of all magnitudes, from a nanosecond to some minutes.
std::vector<std::int64_t> times_of_all_magnitudes(std::size_t count) {
  std::vector<std::int64_t> times;
  workloads::splitmix64 random(5);
  while (times.size() < count) times.push_back(static_cast<std::int64_t>(random.next() >> (25 + random.below(39))));
  return times;
}

TEST(latency_histogram, knows_every_rank_of_sorted_times_to_a_thousandth) {
  auto times = times_of_all_magnitudes(100'000);
  auto const histogram = counted(times);
  std::ranges::sort(times);
  for (std::size_t rank = 1; rank <= times.size(); rank += 97) {
    auto const truth = static_cast<double>(times[rank - 1]);
    auto const told = static_cast<double>(histogram->at_rank(rank));
    ASSERT_GE(told, truth) << "rank " << rank;
    ASSERT_LE(told - truth, 0.001 * truth) << "rank " << rank;
  }
  EXPECT_EQ(histogram->samples(), times.size());
}

TEST(latency_histogram, knows_the_greatest_time_exactly) {
  EXPECT_EQ(counted({5, 1'234'567'891, 77})->greatest_ns(), 1'234'567'891);
  EXPECT_EQ(counted({5, 1'234'567'891, 77})->at_rank(3), 1'234'567'891);
}

TEST(latency_histogram, counts_short_times_one_by_one) {
  auto const histogram = counted({0, 1, 2, 2047});
  EXPECT_EQ(histogram->at_rank(1), 0);
  EXPECT_EQ(histogram->at_rank(2), 1);
  EXPECT_EQ(histogram->at_rank(3), 2);
  EXPECT_EQ(histogram->at_rank(4), 2047);
}

std::map<std::uint64_t, std::uint64_t> sub_buckets_of(std::vector<std::int64_t> const& times) {
  std::map<std::uint64_t, std::uint64_t> found;
  counted(times)->for_each([&](std::uint64_t least_ns, std::uint64_t count) { found[least_ns] = count; });
  return found;
}

TEST(latency_histogram, has_the_sub_buckets_of_the_known_layout) {
  std::map<std::uint64_t, std::uint64_t> const expected{{2047, 1}, {2048, 2}, {2050, 1},
                                                        {4094, 1}, {4096, 1}, {100'032, 2}};
  EXPECT_EQ(sub_buckets_of({2047, 2048, 2049, 2050, 4095, 4096, 100'032, 100'095}), expected);
}

TEST(latency_histogram, loses_none) {
  std::uint64_t sum = 0;
  for (auto const& [least, count] : sub_buckets_of(times_of_all_magnitudes(10'000))) sum += count;
  EXPECT_EQ(sum, 10'000u);
}

TEST(latency_histogram, counts_what_is_beyond_its_ends_at_its_ends) {
  auto const histogram = counted({-5, latency_histogram::most_ns + 1});
  EXPECT_EQ(histogram->at_rank(1), 0);
  EXPECT_EQ(histogram->at_rank(2), latency_histogram::most_ns);
}

TEST(latency_histogram, has_no_time_of_a_rank_that_no_sample_has) {
  EXPECT_THROW(counted({})->at_rank(1), std::out_of_range);
  EXPECT_THROW(counted({1, 2})->at_rank(3), std::out_of_range);
  EXPECT_THROW(counted({1, 2})->at_rank(0), std::out_of_range);
}

}  // namespace
}  // namespace unitcost::load
