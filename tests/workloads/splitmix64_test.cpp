#include "workloads/splitmix64.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace unitcost::workloads {
namespace {

TEST(splitmix64, gives_the_published_sequence_of_its_seed) {
  splitmix64 random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317u);
  EXPECT_EQ(random.next(), 3203168211198807973u);
  EXPECT_EQ(random.next(), 9817491932198370423u);
}

TEST(splitmix64, stays_below_the_bound_and_reaches_all_of_it) {
  splitmix64 random(1);
  unsigned seen = 0;
  for (int draw = 0; draw < 200; ++draw) {
    unsigned const value = random.below(5);
    ASSERT_LT(value, 5u);
    seen |= 1u << value;
  }
  EXPECT_EQ(seen, 0b11111u);
}

}  // namespace
}  // namespace unitcost::workloads
