#include "workloads/range_split.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "impl/serial/serial.hpp"

namespace unitcost::workloads {
namespace {

/// Each item sets its own bit: an item visited twice or never changes the sum.
struct bit_of_each_item {
  std::uint64_t operator()(item_range items) const {
    std::uint64_t bits = 0;
    for (std::uint32_t item = items.first; item < items.first + items.count; ++item) bits += std::uint64_t{1} << item;
    return bits;
  }
};

outcome split(std::uint32_t count, unsigned spawn_depth) {
  models::serial::context context;
  return direct_halves(context, bit_of_each_item{}, {0, count}, spawn_depth);
}

TEST(range_split, visits_each_item_once_at_every_depth) {
  for (std::uint32_t const count : {1u, 2u, 7u, 13u, 63u})
    for (unsigned const depth : {0u, 1u, 3u, 9u, every_call})
      EXPECT_EQ(split(count, depth).checksum, (std::uint64_t{1} << count) - 1) << count << " items, depth " << depth;
}

TEST(range_split, makes_two_to_the_depth_leaves) {
  EXPECT_EQ(split(32, 0).units, 1u);
  EXPECT_EQ(split(32, 1).units, 3u);
  EXPECT_EQ(split(32, 3).units, 15u);
}

TEST(range_split, goes_down_to_one_item_a_leaf_when_all_is_spawned) {
  EXPECT_EQ(split(13, every_call).units, 2 * 13u - 1);
}

TEST(range_split, stops_at_one_item_even_where_the_depth_allows_more) { EXPECT_EQ(split(5, 9).units, 2 * 5u - 1); }

TEST(range_split, predicts_its_number_of_units) {
  for (std::uint32_t const count : {1u, 2u, 7u, 13u, 63u})
    for (unsigned const depth : {0u, 1u, 3u, 9u, every_call})
      EXPECT_EQ(units_of_halves({0, count}, depth), split(count, depth).units) << count << " items, depth " << depth;
}

}  // namespace
}  // namespace unitcost::workloads
