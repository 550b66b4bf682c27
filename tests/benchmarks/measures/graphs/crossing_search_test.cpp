#include "benchmarks/measures/graphs/crossing_search.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace unitcost::measures {
namespace {

TEST(crossing_of_half, is_nothing_when_the_efficiency_was_never_below) {
  EXPECT_EQ(crossing_of_half({{100, 0.7}, {200, 0.8}}), std::nullopt);
}

TEST(crossing_of_half, is_nothing_when_the_efficiency_never_gets_there) {
  EXPECT_EQ(crossing_of_half({{100, 0.1}, {200, 0.3}, {400, 0.499}}), std::nullopt);
  EXPECT_EQ(crossing_of_half({}), std::nullopt);
}

TEST(crossing_of_half, is_interpolated_in_the_logarithm_of_the_length) {
  // Half-way between 0.25 and 0.75: the geometric mean of the lengths, where a straight line would say 250.
  EXPECT_NEAR(crossing_of_half({{100, 0.25}, {400, 0.75}}).value(), 200, 1e-9);
  EXPECT_NEAR(crossing_of_half({{100, 0.1}, {1000, 0.4}, {10'000, 0.8}}).value(), 1000 * std::pow(10, 0.25), 1e-6);
}

TEST(crossing_of_half, is_exact_where_a_point_lies_on_it) {
  EXPECT_DOUBLE_EQ(crossing_of_half({{100, 0.2}, {200, 0.5}, {400, 0.9}}).value(), 200);
}

TEST(crossing_of_half, is_the_last_of_several_since_noise_crosses_too_early) {
  EXPECT_NEAR(crossing_of_half({{50, 0.6}, {100, 0.25}, {400, 0.75}}).value(), 200, 1e-9);
}

/// Tasks whose efficiency is what the test says of their length, whose iterations take 10 ns.
class crossing_search_test : public testing::Test {
 protected:
  static constexpr double iteration_ns = 10;

  std::function<double(std::uint64_t)> efficiency;
  std::map<std::uint64_t, int> runs;
  int runs_in_time = 1000;
  crossing_search search{iteration_ns,
                         [this](std::uint64_t iterations) {
                           ++runs[iterations];
                           return efficiency(iterations);
                         },
                         [this] { return --runs_in_time > 0; }};

  /// Of tasks each of which costs `cost` iterations besides its work.
  static std::function<double(std::uint64_t)> with_cost(double cost) {
    return [cost](std::uint64_t iterations) {
      return static_cast<double>(iterations) / (static_cast<double>(iterations) + cost);
    };
  }
};

TEST_F(crossing_search_test, finds_the_length_that_is_as_long_as_what_a_task_costs) {
  efficiency = with_cost(64);
  search.begin_with(4);
  EXPECT_NEAR(crossing_of_half(search.curve()).value(), 640, 640 * 0.01);
}

TEST_F(crossing_search_test, runs_the_two_lengths_around_the_crossing_most) {
  efficiency = with_cost(50);
  search.begin_with(8);
  EXPECT_EQ(runs, (std::map<std::uint64_t, int>{{8, 3}, {16, 3}, {32, 9}, {64, 9}, {128, 3}}));
}

TEST_F(crossing_search_test, goes_down_when_its_first_length_was_too_long_already) {
  efficiency = with_cost(10);
  search.begin_with(100);
  EXPECT_NEAR(crossing_of_half(search.curve()).value(), 100, 5);
  EXPECT_EQ(search.curve().front().first, 6 * iteration_ns);
}

TEST_F(crossing_search_test, follows_a_crossing_that_later_runs_move) {
  // One length is bad in its first three runs and good in all others, whose median is then above half.
  efficiency = [this](std::uint64_t iterations) {
    if (iterations == 32) return runs[32] <= 3 ? 0.45 : 0.7;
    return iterations < 32 ? 0.2 : 0.8;
  };
  search.begin_with(16);
  EXPECT_GT(runs[16], 3);
  EXPECT_LT(crossing_of_half(search.curve()).value(), 320);
}

TEST_F(crossing_search_test, goes_down_when_later_runs_say_that_its_first_length_was_not_below_half) {
  efficiency = [this](std::uint64_t iterations) {
    if (iterations == 32) return runs[32] <= 3 ? 0.45 : 0.55;
    return iterations < 32 ? 0.2 : 0.8;
  };
  search.begin_with(32);
  EXPECT_TRUE(runs.contains(16));
  EXPECT_LT(crossing_of_half(search.curve()).value(), 320);
}

TEST_F(crossing_search_test, goes_up_when_later_runs_say_that_its_longest_length_was_below_half) {
  efficiency = [this](std::uint64_t iterations) {
    if (iterations == 32) return runs[32] <= 3 ? 0.65 : 0.45;
    return iterations < 32 ? 0.2 : 0.8;
  };
  search.begin_with(16);
  EXPECT_TRUE(runs.contains(64));
  EXPECT_GT(crossing_of_half(search.curve()).value(), 320);
}

TEST_F(crossing_search_test, ends_with_what_it_has_when_its_time_is_up) {
  efficiency = [](std::uint64_t) { return 0.1; };
  runs_in_time = 5;
  search.begin_with(1);
  EXPECT_EQ(search.curve().size(), 4u);
  EXPECT_EQ(crossing_of_half(search.curve()), std::nullopt);
}

TEST_F(crossing_search_test, has_no_shorter_task_than_one_iteration) {
  efficiency = [](std::uint64_t) { return 0.9; };
  search.begin_with(0);
  EXPECT_EQ(runs, (std::map<std::uint64_t, int>{{1, 3}}));
}

}  // namespace
}  // namespace unitcost::measures
