#include "benchmarks/measures/scheduling/cache_walk.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace unitcost::measures {
namespace {

std::vector<walk_line> circle(std::size_t lines) {
  std::vector<walk_line> out(lines);
  lay_out(out);
  return out;
}

TEST(cache_walk, is_one_circle_through_all_lines) {
  for (std::size_t const count : {2u, 256u, 8192u}) {
    auto const lines = circle(count);
    std::set<std::uint32_t> seen;
    std::uint32_t line = 0;
    for (std::size_t step = 0; step < count; ++step) seen.insert(line = walk(lines, line, 1));
    EXPECT_EQ(seen.size(), count);
    EXPECT_EQ(line, 0u);
  }
}

TEST(cache_walk, ends_where_it_is_said_to) {
  auto const lines = circle(256);
  for (std::uint64_t const steps : {0u, 1u, 2u, 3u, 255u, 256u, 257u, 100'000u})
    for (std::uint32_t const from : {0u, 7u, 255u})
      EXPECT_EQ(walk(lines, from, steps), end_of_walk(lines.size(), from, steps)) << steps << " from " << from;
}

TEST(cache_walk, ends_elsewhere_after_a_step_too_few_or_a_damaged_line) {
  auto lines = circle(256);
  EXPECT_NE(walk(lines, 3, 99), end_of_walk(lines.size(), 3, 100));
  std::uint32_t const third = walk(lines, 3, 2);
  lines[third].next ^= 1;
  EXPECT_NE(walk(lines, 3, 3), end_of_walk(lines.size(), 3, 3));
}

}  // namespace
}  // namespace unitcost::measures
