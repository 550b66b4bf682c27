#include "benchmarks/measures/side_by_side.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace unitcost::measures {
namespace {

TEST(compare_pairs, gives_a_ratio_of_one_for_two_that_are_the_same) {
  auto const same = compare_pairs({{5, 5}, {7, 7}, {6, 6}});
  EXPECT_DOUBLE_EQ(same.ours_ns, 6);
  EXPECT_DOUBLE_EQ(same.bare_ns, 6);
  EXPECT_DOUBLE_EQ(same.ratio, 1);
  EXPECT_EQ(same.pairs, 3u);
}

TEST(compare_pairs, takes_the_ratio_between_neighbours_and_not_of_the_medians) {
  // The machine was slow, at its slowest in the second pair, and fast in the third: the medians are of different pairs.
  EXPECT_DOUBLE_EQ(compare_pairs({{6, 2}, {10, 10}, {1, 1}}).ratio, 1);
}

TEST(compare_pairs, is_not_moved_by_one_disturbed_slice_of_either) {
  EXPECT_DOUBLE_EQ(compare_pairs({{3, 2}, {3, 2}, {900, 2}, {3, 900}, {3, 2}}).ratio, 1.5);
}

TEST(iterations_in, doubles_until_a_slice_is_long_enough) {
  auto const seven_ns_each = [](std::uint64_t iterations) { return static_cast<std::int64_t>(iterations * 7); };
  EXPECT_EQ(iterations_in(1000, seven_ns_each), 256u);
  EXPECT_EQ(iterations_in(7, seven_ns_each), 1u);
}

/// Loops that take so many nanoseconds an iteration by their own account, and keep the order in which they ran.
struct scripted_loops {
  std::string order;
  std::vector<std::uint64_t> lengths;

  auto loop(char name, std::int64_t ns) {
    return [this, name, ns](std::uint64_t iterations) {
      order += name;
      lengths.push_back(iterations);
      return static_cast<std::int64_t>(iterations) * ns;
    };
  }
};

TEST(time_by_turns, gives_the_nanoseconds_of_one_iteration_and_the_ratio) {
  scripted_loops loops;
  auto const found = time_by_turns(0, loops.loop('o', 3), loops.loop('b', 2));
  EXPECT_DOUBLE_EQ(found.ours_ns, 3);
  EXPECT_DOUBLE_EQ(found.bare_ns, 2);
  EXPECT_DOUBLE_EQ(found.ratio, 1.5);
}

TEST(time_by_turns, lets_each_go_first_in_every_other_pair_of_eight_at_least) {
  scripted_loops loops;
  EXPECT_EQ(time_by_turns(0, loops.loop('o', 3), loops.loop('b', 3)).pairs, 8u);
  std::string const pairs = "obboobboobboobbo";
  ASSERT_GE(loops.order.size(), pairs.size());
  EXPECT_EQ(loops.order.substr(loops.order.size() - pairs.size()), pairs);
}

TEST(time_by_turns, gives_both_the_same_number_of_iterations_though_one_is_slower) {
  scripted_loops loops;
  time_by_turns(0, loops.loop('o', 1), loops.loop('b', 50));
  for (std::size_t slice = loops.lengths.size() - 16; slice < loops.lengths.size(); ++slice)
    EXPECT_EQ(loops.lengths[slice], loops.lengths.back());
  EXPECT_GE(loops.lengths.back(), static_cast<std::uint64_t>(slice_ns));
}

}  // namespace
}  // namespace unitcost::measures
