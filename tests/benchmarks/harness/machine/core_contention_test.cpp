#include "benchmarks/harness/machine/core_contention.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>

#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::harness {
namespace {

constexpr std::array both{0, 1};

/// A machine whose CPUs take as long as the test says.
class core_contention_test : public testing::Test {
 protected:
  std::map<int, double> ratios{{0, 1.4}, {1, 1.4}};
  core_contention contention{[this](int cpu) { return ratios.at(cpu); }};
};

TEST_F(core_contention_test, is_none_at_first) { EXPECT_DOUBLE_EQ(contention.slowdown(both), 1.0); }

TEST_F(core_contention_test, is_that_of_the_worst_cpu_against_the_quietest_moment) {
  contention.slowdown(both);
  ratios[1] = 1.75;
  EXPECT_DOUBLE_EQ(contention.slowdown(both), 1.25);
}

TEST_F(core_contention_test, is_not_that_of_cpus_that_the_case_does_not_use) {
  contention.slowdown(both);
  ratios[1] = 1.75;
  EXPECT_DOUBLE_EQ(contention.slowdown(std::span(both).first(1)), 1.0);
}

TEST_F(core_contention_test, is_seen_at_the_first_look_when_only_one_cpu_is_shared) {
  ratios[0] = 1.75;
  EXPECT_DOUBLE_EQ(contention.slowdown(both), 1.25);
}

TEST_F(core_contention_test, does_not_take_one_ratio_that_is_too_small_for_quiet) {
  ratios[0] = 1.0;
  contention.slowdown(both);
  ratios[0] = 1.4;
  for (int look = 0; look < 5; ++look) contention.slowdown(both);
  EXPECT_DOUBLE_EQ(contention.slowdown(both), 1.0);
}

TEST_F(core_contention_test, learns_of_a_quieter_moment) {
  ratios = {{0, 1.75}, {1, 1.75}};
  EXPECT_DOUBLE_EQ(contention.slowdown(both), 1.0);
  ratios = {{0, 1.4}, {1, 1.4}};
  EXPECT_DOUBLE_EQ(contention.slowdown(both), 1.0);
  ratios = {{0, 1.75}, {1, 1.75}};
  EXPECT_DOUBLE_EQ(contention.slowdown(both), 1.25);
}

TEST_F(core_contention_test, is_not_forgotten_by_who_looks_until_a_moment_is_quiet) {
  contention.slowdown(both);
  ratios = {{0, 1.75}, {1, 1.75}};
  for (int look = 0; look < 100; ++look) EXPECT_DOUBLE_EQ(contention.slowdown_now(both), 1.25);
  EXPECT_DOUBLE_EQ(contention.slowdown(both), 1.25);
  ratios = {{0, 1.4}, {1, 1.4}};
  EXPECT_DOUBLE_EQ(contention.slowdown_now(both), 1.0);
}

TEST_F(core_contention_test, is_none_where_nothing_was_seen_yet) {
  EXPECT_DOUBLE_EQ(contention.slowdown_now(both), 1.0);
}

TEST(wide_to_narrow, measures_where_it_was_told_to_and_leaves_the_thread_where_it_was) {
  auto const before = runtime::allowed_cpus();
  EXPECT_GT(wide_to_narrow(before.front()), 0.0);
  EXPECT_EQ(runtime::allowed_cpus(), before);
}

}  // namespace
}  // namespace unitcost::harness
