#include "benchmarks/measures/coordination/lock_cycle.hpp"

#include <gtest/gtest.h>

namespace unitcost::measures {
namespace {

TEST(lock_cycle, of_two_units_is_found_and_named) {
  auto const cycle = find_cycle({.holder = {0, 1}, .awaited = {1, 0}});
  EXPECT_EQ(cycle, (std::vector<cycle_link>{{0, 0, 1}, {1, 1, 0}}));
  EXPECT_EQ(describe(cycle), "unit 0 holds lock 0 and waits for lock 1, unit 1 holds lock 1 and waits for lock 0");
}

TEST(lock_cycle, of_three_units_is_found_behind_one_who_waits_for_it) {
  // Unit 0 waits for lock 0 of unit 1, which is in a cycle with 2 and 3.
  auto const cycle = find_cycle({.holder = {1, 2, 3}, .awaited = {0, 1, 2, 0}});
  EXPECT_EQ(cycle, (std::vector<cycle_link>{{1, 0, 1}, {2, 1, 2}, {3, 2, 0}}));
}

TEST(lock_cycle, is_none_where_somebody_can_go_on) {
  EXPECT_TRUE(find_cycle({.holder = {0, 1}, .awaited = {1, nobody}}).empty());
  EXPECT_TRUE(find_cycle({.holder = {0, nobody}, .awaited = {1, 0}}).empty()) << "lock 1 is free";
  EXPECT_TRUE(find_cycle({.holder = {nobody, nobody}, .awaited = {nobody, nobody}}).empty());
  EXPECT_TRUE(find_cycle({.holder = {}, .awaited = {}}).empty());
}

TEST(lock_cycle, is_a_unit_that_waits_for_its_own_lock) {
  EXPECT_EQ(find_cycle({.holder = {0}, .awaited = {0}}), (std::vector<cycle_link>{{0, 0, 0}}));
}

}  // namespace
}  // namespace unitcost::measures
