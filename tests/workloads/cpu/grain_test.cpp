#include "workloads/cpu/grain.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace unitcost::workloads {
namespace {

TEST(grain, runs_the_published_xorshift_generator) {
  EXPECT_EQ(grain::kernel(1, 0), 1u);
  EXPECT_EQ(grain::kernel(1, 1), 1'082'269'761u);
}

TEST(grain, has_a_kernel_whose_lengths_add_up) {
  EXPECT_EQ(grain::kernel(grain::kernel(88172645463325252u, 30), 12), grain::kernel(88172645463325252u, 42));
}

TEST(grain, has_one_unit_for_each_place_of_each_wave_and_the_root) {
  EXPECT_EQ(grain::oracle({16, 10, 5}).units, 161u);
  EXPECT_EQ(grain::oracle({16, 0, 5}), (outcome{1, 0}));
}

TEST(grain, computes_something_else_in_each_wave) {
  EXPECT_NE(grain::oracle({4, 2, 5}).checksum, 2 * grain::oracle({4, 1, 5}).checksum);
}

TEST(grain, refuses_a_wave_that_its_array_cannot_hold) {
  EXPECT_NO_THROW(grain::prepare({64, 1, 1}, {}));
  EXPECT_THROW(grain::prepare({65, 1, 1}, {}), std::invalid_argument);
  EXPECT_THROW(grain::oracle({0, 1, 1}), std::invalid_argument);
}

TEST(grain, is_labelled_by_width_steps_and_iterations) {
  EXPECT_EQ(grain::label({16, 64, 1000}), "width:16/steps:64/iterations:1000");
}

}  // namespace
}  // namespace unitcost::workloads
