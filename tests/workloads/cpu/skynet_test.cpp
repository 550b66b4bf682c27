#include "workloads/cpu/skynet.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace unitcost::workloads {
namespace {

TEST(skynet, of_a_million_leaves_is_500000500000) {
  EXPECT_EQ(skynet::oracle({6, every_call}), (outcome{1'111'111, 500'000'500'000}));
  EXPECT_EQ(skynet::serial({6, every_call}), 500'000'500'000u);
}

TEST(skynet, has_ten_times_as_many_units_a_level_down_to_its_spawn_depth) {
  EXPECT_EQ(skynet::oracle({6, 0}).units, 1u);
  EXPECT_EQ(skynet::oracle({6, 2}).units, 111u);
  EXPECT_EQ(skynet::oracle({1, 2}).units, 11u);
}

TEST(skynet, refuses_a_tree_whose_sum_overflows) {
  EXPECT_NO_THROW(skynet::prepare({9, 2}, {}));
  EXPECT_THROW(skynet::prepare({10, 2}, {}), std::invalid_argument);
  EXPECT_THROW(skynet::oracle({10, 2}), std::invalid_argument);
}

TEST(skynet, is_labelled_by_levels_and_spawn_depth) {
  EXPECT_EQ(skynet::label({6, every_call}), "levels:6/spawn_depth:all");
  EXPECT_EQ(skynet::label({5, 2}), "levels:5/spawn_depth:2");
}

}  // namespace
}  // namespace unitcost::workloads
