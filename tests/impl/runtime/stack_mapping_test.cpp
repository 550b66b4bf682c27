#include "impl/runtime/stack_mapping.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <set>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/kernel_limits.hpp"
#include "tests/sanitizers.hpp"

namespace unitcost::runtime {
namespace {

TEST(stack_mapping, gives_disjoint_stacks_of_whole_pages) {
  stack_mapping mapping(5000, stack_guard::none, 3);
  stack_span const a = mapping.take();
  stack_span const b = mapping.take();
  EXPECT_EQ(a.size(), 8192u);
  EXPECT_GE(b.data(), a.data() + a.size());
}

std::uintptr_t page_of(std::byte const* where) { return reinterpret_cast<std::uintptr_t>(where) / 4096; }

TEST(stack_mapping, packs_small_stacks_into_one_page) {
  for (stack_guard const guard : {stack_guard::none, stack_guard::canary}) {
    stack_mapping mapping(500, guard, 100);
    EXPECT_EQ(mapping.stack_bytes(), 512u);
    std::set<std::uintptr_t> pages;
    for (int i = 0; i < 80; ++i) pages.insert(page_of(&mapping.take().back()));
    EXPECT_LE(pages.size(), 11u) << to_string(guard);
  }
}

TEST(stack_mapping, ends_neighbours_in_different_cache_lines_of_their_pages) {
  stack_mapping mapping(16384, stack_guard::none, 32);
  std::set<std::uintptr_t> ends, pages;
  std::vector<stack_span> taken;
  for (int i = 0; i < 32; ++i) {
    taken.push_back(mapping.take());
    ends.insert(reinterpret_cast<std::uintptr_t>(taken.back().data() + taken.back().size()) % 4096);
    pages.insert(page_of(&taken.back().back()));
    EXPECT_GE(taken.back().size(), 16384u - 16384u / 8);
  }
  EXPECT_EQ(ends.size(), 32u);
  EXPECT_EQ(pages.size(), 32u);
  for (stack_span const each : taken) mapping.give_back(each);
  for (int i = 31; i >= 0; --i) {
    stack_span const again = mapping.take();
    EXPECT_EQ(again.data(), taken[static_cast<std::size_t>(i)].data());
    EXPECT_EQ(again.size(), taken[static_cast<std::size_t>(i)].size());
  }
}

TEST(stack_mapping, gives_a_small_stack_a_page_of_its_own_below_a_guard_page) {
  stack_mapping mapping(512, stack_guard::page, 2);
  EXPECT_EQ(mapping.take().size(), 4096u);
}

TEST(stack_mapping, keeps_a_canary_in_the_page_in_which_the_neighbours_stack_ends) {
  stack_mapping mapping(16384, stack_guard::canary, 3);
  stack_span const lower = mapping.take();
  stack_span const upper = mapping.take();
  EXPECT_EQ(page_of(upper.data() - 1), page_of(&lower.back()));
  EXPECT_EQ(upper.data() - lower.data(), 16384);
  EXPECT_EQ(lower.size(), 16384u - 16);
}

TEST(stack_mapping, sees_a_canary_that_one_byte_below_the_stack_broke_and_no_other) {
  stack_mapping mapping(4096, stack_guard::canary, 3);
  stack_span const lower = mapping.take();
  stack_span const upper = mapping.take();
  for (std::byte& each : lower) each = std::byte{1};
  for (std::byte& each : upper) each = std::byte{1};
  EXPECT_TRUE(mapping.intact(lower));
  EXPECT_TRUE(mapping.intact(upper));
  *(upper.data() - 1) = std::byte{1};
  EXPECT_TRUE(mapping.intact(lower));
  EXPECT_FALSE(mapping.intact(upper));
}

TEST(stack_mapping, knows_its_guard_pages) {
  stack_mapping mapping(16384, stack_guard::page, 100);
  EXPECT_FALSE(mapping.guards(&mapping));
  for (int i = 0; i < 40; ++i) {
    stack_span const stack = mapping.take();
    EXPECT_TRUE(mapping.guards(stack.data() - 1));
    EXPECT_TRUE(mapping.guards(stack.data() - 4096));
    EXPECT_FALSE(mapping.guards(stack.data()));
    EXPECT_FALSE(mapping.guards(&stack.back()));
  }
}

TEST(stack_mapping, counts_the_stacks_in_use) {
  stack_mapping mapping(4096, stack_guard::none, 3);
  stack_span const a = mapping.take();
  stack_span const b = mapping.take();
  EXPECT_EQ(mapping.in_use(), 2u);
  mapping.give_back(b);
  mapping.give_back(a);
  EXPECT_EQ(mapping.in_use(), 0u);
}

void take_more_than_the_address_space_holds() {
  rlimit const few_mib{std::size_t{64} << 20, std::size_t{64} << 20};
  ::setrlimit(RLIMIT_AS, &few_mib);
  stack_mapping mapping(std::size_t{1} << 20, stack_guard::none, 1000);
  int taken = 0;
  try {
    for (; taken < 1000; ++taken) mapping.take();
  } catch (std::bad_alloc const&) {
    ::_exit(mapping.in_use() == static_cast<std::uint64_t>(taken) ? 0 : 1);
  }
  ::_exit(2);
}

TEST(stack_mapping, ends_with_bad_alloc_where_there_is_no_memory_and_has_given_nothing) {
  if (replaces_the_allocator) GTEST_SKIP() << "a sanitizer's shadow needs the address space";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(take_more_than_the_address_space_holds(), testing::ExitedWithCode(0), "");
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
  EXPECT_LE(stack_mapping::most_stacks(16384, stack_guard::page), max_map_count() / 2);
}

TEST(stack_mapping, declares_what_memory_holds) {
  std::uint64_t const pages = pages_of_memory();
  EXPECT_EQ(stack_mapping::most_stacks(512, stack_guard::none), 8 * pages);
  EXPECT_EQ(stack_mapping::most_stacks(4096, stack_guard::canary), pages);
  // From there on each has a page of the page table to itself.
  EXPECT_EQ(stack_mapping::most_stacks(std::size_t{2} << 20, stack_guard::none), pages / 2);
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
