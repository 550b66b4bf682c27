#include "benchmarks/measures/gathering.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace unitcost::measures {
namespace {

constexpr std::int64_t long_enough_ns = 60'000'000'000;

TEST(gathering, lets_nobody_go_before_all_have_come) {
  constexpr unsigned units = 6;
  gathering all(units, long_enough_ns);
  std::atomic<unsigned> come{0}, too_early{0};
  std::vector<std::jthread> threads;
  for (unsigned unit = 0; unit < units; ++unit)
    threads.emplace_back([&] {
      ++come;
      EXPECT_TRUE(all.await_all());
      if (come < units) ++too_early;
    });
  threads.clear();
  EXPECT_EQ(too_early, 0u);
  EXPECT_GT(all.complete_ns(), 0);
}

TEST(gathering, is_given_up_where_somebody_never_comes) {
  gathering all(2, 1);
  EXPECT_FALSE(all.await_all());
  EXPECT_EQ(all.complete_ns(), 0);
}

}  // namespace
}  // namespace unitcost::measures
