#include "workloads/io/computing.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace unitcost::workloads {
namespace {

TEST(computing, is_told_without_doing_it) {
  for (std::uint32_t const steps : {0u, 1u, 2u, 3u, 1000u, 65'535u, 100'000u})
    EXPECT_EQ(computed(42, steps), compute(42, steps)) << steps;
}

TEST(computing, begins_with_knuths_sequence) {
  EXPECT_EQ(compute(0, 1), 1442695040888963407u);
  EXPECT_EQ(compute(1, 1), 6364136223846793005u + 1442695040888963407u);
}

TEST(computing, finds_a_step_too_few_and_another_message) {
  EXPECT_NE(computed(42, 1000), compute(42, 999));
  EXPECT_NE(computed(42, 1000), compute(43, 1000));
}

}  // namespace
}  // namespace unitcost::workloads
