#include "workloads/cpu/fib.hpp"

#include <gtest/gtest.h>

namespace unitcost::workloads {
namespace {

TEST(fib, of_20_is_10946_when_it_starts_with_1_and_1) { EXPECT_EQ(fib::value(20), 10946u); }

TEST(fib, has_a_unit_for_each_call) { EXPECT_EQ(fib::oracle({20, every_call}).units, 2 * 10946u - 1); }

TEST(fib, has_a_full_binary_tree_of_units_above_its_spawn_depth) { EXPECT_EQ(fib::oracle({20, 3}).units, 15u); }

TEST(fib, is_labelled_by_size_and_spawn_depth) {
  EXPECT_EQ(fib::label({20, every_call}), "n:20/spawn_depth:all");
  EXPECT_EQ(fib::label({25, 3}), "n:25/spawn_depth:3");
}

}  // namespace
}  // namespace unitcost::workloads
