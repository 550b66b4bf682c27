#include "workloads/cpu/nqueens.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <stdexcept>

namespace unitcost::workloads {
namespace {

TEST(nqueens, counts_what_the_encyclopedia_of_integer_sequences_says) {
  constexpr std::array<std::uint64_t, 10> a000170{1, 0, 0, 2, 10, 4, 40, 92, 352, 724};
  for (unsigned n = 1; n <= a000170.size(); ++n) {
    EXPECT_EQ(nqueens::serial({n, every_call}), a000170[n - 1]) << "n = " << n;
    EXPECT_EQ(nqueens::oracle({n, every_call}).checksum, a000170[n - 1]) << "n = " << n;
  }
}

TEST(nqueens, has_a_unit_for_the_empty_board_and_each_legal_placement) {
  EXPECT_EQ(nqueens::oracle({4, every_call}).units, 1u + 4 + 6 + 4 + 2);
}

TEST(nqueens, has_no_units_for_placements_below_its_spawn_depth) {
  EXPECT_EQ(nqueens::oracle({8, 0}).units, 1u);
  EXPECT_EQ(nqueens::oracle({8, 1}).units, 1u + 8);
  EXPECT_EQ(nqueens::oracle({8, 2}).units, 1u + 8 + 42);
}

TEST(nqueens, refuses_a_board_that_its_arrays_cannot_hold) {
  EXPECT_NO_THROW(nqueens::prepare({16, 2}, {}));
  EXPECT_THROW(nqueens::prepare({17, 2}, {}), std::invalid_argument);
  EXPECT_THROW(nqueens::oracle({0, 2}), std::invalid_argument);
}

TEST(nqueens, is_labelled_by_size_and_spawn_depth) {
  EXPECT_EQ(nqueens::label({11, every_call}), "n:11/spawn_depth:all");
  EXPECT_EQ(nqueens::label({8, 2}), "n:8/spawn_depth:2");
}

}  // namespace
}  // namespace unitcost::workloads
