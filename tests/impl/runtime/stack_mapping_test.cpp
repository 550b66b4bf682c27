#include "impl/runtime/stack_mapping.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <set>

#include "impl/model.hpp"

namespace unitcost::runtime {
namespace {

TEST(stack_mapping, gives_disjoint_stacks_of_whole_pages) {
  stack_mapping mapping(5000, stack_guard::none, 3);
  stack_span const a = mapping.take();
  stack_span const b = mapping.take();
  EXPECT_EQ(a.size(), 8192u);
  EXPECT_GE(b.data(), a.data() + a.size());
}

TEST(stack_mapping, gives_the_stack_returned_last_first) {
  stack_mapping mapping(4096, stack_guard::none, 3);
  stack_span const a = mapping.take();
  stack_span const b = mapping.take();
  mapping.give_back(b);
  mapping.give_back(a);
  EXPECT_EQ(mapping.take().data(), a.data());
  EXPECT_EQ(mapping.take().data(), b.data());
}

TEST(stack_mapping, ends_with_limit_reached_and_serves_again_after_a_return) {
  stack_mapping mapping(4096, stack_guard::none, 2);
  stack_span const a = mapping.take();
  mapping.take();
  EXPECT_THROW(mapping.take(), limit_reached);
  mapping.give_back(a);
  EXPECT_EQ(mapping.take().data(), a.data());
}

TEST(stack_mapping, refuses_more_address_space_than_there_is) {
  EXPECT_THROW(stack_mapping(std::size_t{1} << 30, stack_guard::none, std::uint64_t{1} << 40), limit_reached);
  EXPECT_THROW(stack_mapping(4096, stack_guard::none, 0), limit_reached);
}

TEST(stack_mapping_death, stops_a_write_below_a_guarded_stack) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  stack_mapping mapping(4096, stack_guard::page, 2);
  stack_span const stack = mapping.take();
  stack.front() = std::byte{1};
  EXPECT_DEATH(*static_cast<std::byte volatile*>(stack.data() - 1) = std::byte{1}, "");
}

TEST(stack_mapping, declares_fewer_stacks_with_guards_than_without) {
  EXPECT_LE(stack_mapping::most_stacks(16384, stack_guard::page), stack_mapping::most_stacks(16384, stack_guard::none));
  EXPECT_GE(stack_mapping::most_stacks(16384, stack_guard::page), 1u);
}

TEST(stack_cache, passes_every_stack_on_and_returns_them_at_its_end) {
  stack_mapping mapping(4096, stack_guard::none, 100);
  {
    stack_cache cache(mapping);
    std::set<std::byte*> seen;
    std::vector<stack_span> taken;
    for (int i = 0; i < 100; ++i) {
      taken.push_back(cache.take());
      seen.insert(taken.back().data());
    }
    EXPECT_EQ(seen.size(), 100u);
    EXPECT_THROW(cache.take(), limit_reached);
    for (stack_span const each : taken) cache.give_back(each);
  }
  for (int i = 0; i < 100; ++i) mapping.take();
  EXPECT_THROW(mapping.take(), limit_reached);
}

}  // namespace
}  // namespace unitcost::runtime
