#include "workloads/cpu/matmul.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <stdexcept>

#include "tests/workloads/prepared.hpp"

namespace unitcost::workloads {
namespace {

using prepared_matmul = test_models::prepared<matmul>;

/// Where an entry is stored: quadrants in the order 11, 12, 21, 22, rows within a block.
std::size_t index_of(unsigned size, unsigned row, unsigned column) {
  if (size == matmul::block) return std::size_t{row} * size + column;
  unsigned const half = size / 2;
  unsigned const quadrant = 2 * (row / half) + column / half;
  return quadrant * std::size_t{half} * half + index_of(half, row % half, column % half);
}

TEST(matmul, gives_the_product_of_the_textbook) {
  constexpr unsigned n = 64;
  prepared_matmul const ready({n, every_call});
  matmul::serial(ready.in);
  for (unsigned row = 0; row < n; ++row)
    for (unsigned column = 0; column < n; ++column) {
      double expected = 0;
      for (unsigned k = 0; k < n; ++k) expected += ready.in.a[index_of(n, row, k)] * ready.in.b[index_of(n, k, column)];
      ASSERT_EQ(ready.in.c[index_of(n, row, column)], expected) << "row " << row << ", column " << column;
    }
}

TEST(matmul, shows_one_wrong_entry_of_a_factor_in_the_checksum) {
  matmul::parameters const parameters{64, every_call};
  for (std::size_t const entry : {0u, 31u, 32u, 1024u, 4095u}) {
    prepared_matmul const ready(parameters);
    const_cast<double*>(ready.in.a)[entry] += 1;
    EXPECT_NE(matmul::serial(ready.in), matmul::oracle(parameters).checksum) << "entry " << entry;
  }
}

TEST(matmul, has_eight_times_as_many_units_a_level_down_to_one_block) {
  EXPECT_EQ(matmul::oracle({128, 0}).units, 1u);
  EXPECT_EQ(matmul::oracle({128, 1}).units, 9u);
  EXPECT_EQ(matmul::oracle({128, every_call}).units, 73u);
  EXPECT_EQ(matmul::oracle({128, 7}).units, 73u);
}

TEST(matmul, refuses_a_size_that_quadrants_do_not_divide) {
  EXPECT_THAT(
      [] {
        matmul::oracle({96, 1});
      },
      ::testing::ThrowsMessage<std::invalid_argument>("matmul: n:96 is no power of two; choose one from 32 to 16384"));
  EXPECT_THROW(matmul::prepare({16, 1}, {}), std::invalid_argument);
}

TEST(matmul, is_labelled_by_size_and_spawn_depth) {
  EXPECT_EQ(matmul::label({256, every_call}), "n:256/spawn_depth:all");
  EXPECT_EQ(matmul::label({128, 1}), "n:128/spawn_depth:1");
}

}  // namespace
}  // namespace unitcost::workloads
