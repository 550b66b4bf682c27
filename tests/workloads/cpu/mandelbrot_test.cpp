#include "workloads/cpu/mandelbrot.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>

namespace unitcost::workloads {
namespace {

TEST(mandelbrot, never_lets_a_point_of_the_set_escape) {
  EXPECT_EQ(mandelbrot::iterations_to_escape(0, 0, 1000), 1000u);
  EXPECT_EQ(mandelbrot::iterations_to_escape(-mandelbrot::one, 0, 1000), 1000u);      // 0, -1, 0, -1 …
  EXPECT_EQ(mandelbrot::iterations_to_escape(-2 * mandelbrot::one, 0, 1000), 1000u);  // 0, -2, 2, 2 …
  EXPECT_EQ(mandelbrot::iterations_to_escape(0, mandelbrot::one, 1000), 1000u);       // 0, i, -1 + i, -i, -1 + i …
}

TEST(mandelbrot, counts_the_steps_of_a_point_that_escapes) {
  EXPECT_EQ(mandelbrot::iterations_to_escape(2 * mandelbrot::one, 0, 1000), 2u);  // 0, 2, 6
  EXPECT_EQ(mandelbrot::iterations_to_escape(mandelbrot::one, 0, 1000), 3u);      // 0, 1, 2, 5
  EXPECT_EQ(mandelbrot::iterations_to_escape(-2 * mandelbrot::one, -5 * mandelbrot::one / 4, 1000), 1u);
}

TEST(mandelbrot, has_two_units_a_row_less_one_when_all_is_spawned) {
  EXPECT_EQ(mandelbrot::oracle({8, 5, 16, every_call}).units, 9u);
  EXPECT_EQ(mandelbrot::oracle({8, 5, 16, 1}).units, 3u);
}

TEST(mandelbrot, refuses_an_empty_picture) {
  EXPECT_THROW(mandelbrot::prepare({0, 1, 16, 1}, {}), std::invalid_argument);
  EXPECT_THROW(mandelbrot::oracle({1, 0, 16, 1}), std::invalid_argument);
}

TEST(mandelbrot, is_labelled_by_picture_iterations_and_spawn_depth) {
  EXPECT_EQ(mandelbrot::label({128, 64, 256, every_call}), "width:128/height:64/iterations:256/spawn_depth:all");
}

}  // namespace
}  // namespace unitcost::workloads
