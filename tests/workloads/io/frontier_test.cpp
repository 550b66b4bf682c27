#include "workloads/io/frontier.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace unitcost::workloads {
namespace {

/// A frontier and its memory.
template <class Lock>
struct owned_frontier {
  explicit owned_frontier(site const& of) : queue(of.pages), seen(of.pages), pages(of, queue, seen) {}
  std::vector<std::uint32_t> queue;
  std::vector<std::uint8_t> seen;
  frontier<Lock> pages;
};

TEST(frontier, begins_with_the_entries) {
  owned_frontier<no_lock> known({.pages = 10, .entries = 2});
  EXPECT_EQ(known.pages.next(), 0u);
  EXPECT_EQ(known.pages.next(), 1u);
  EXPECT_EQ(known.pages.next(), std::nullopt);
}

TEST(frontier, has_no_more_entries_than_there_are_pages) {
  owned_frontier<no_lock> known({.pages = 1, .entries = 2});
  EXPECT_EQ(known.pages.next(), 0u);
  EXPECT_EQ(known.pages.next(), std::nullopt);
}

TEST(frontier, hands_out_pages_in_the_order_in_which_they_were_found) {
  owned_frontier<no_lock> known({.pages = 10, .entries = 1});
  known.pages.put(std::array{7u, 3u});
  known.pages.put(std::array{5u});
  EXPECT_EQ(known.pages.next(), 0u);
  EXPECT_EQ(known.pages.next(), 7u);
  EXPECT_EQ(known.pages.next(), 3u);
  EXPECT_EQ(known.pages.next(), 5u);
}

TEST(frontier, hands_out_a_page_once_however_often_it_is_found) {
  owned_frontier<no_lock> known({.pages = 10, .entries = 1});
  known.pages.put(std::array{4u, 4u, 0u});
  EXPECT_EQ(known.pages.next(), 0u);
  known.pages.put(std::array{0u, 4u});
  EXPECT_EQ(known.pages.next(), 4u);
  known.pages.put(std::array{4u});
  EXPECT_EQ(known.pages.next(), std::nullopt);
}

TEST(frontier, is_shared_by_threads_that_find_all_pages_once) {
  constexpr site of{.pages = 20'000, .entries = 2};
  owned_frontier<std::mutex> known(of);
  std::vector<std::atomic<int>> fetched(of.pages);
  {
    std::vector<std::jthread> crawlers;
    for (int crawler = 0; crawler < 2; ++crawler)
      crawlers.emplace_back([&] {
        while (auto const page = known.pages.next()) {
          fetched[*page].fetch_add(1);
          known.pages.put(links_of(*page, of));
        }
      });
  }
  for (auto const& times : fetched) EXPECT_EQ(times, 1);
}

}  // namespace
}  // namespace unitcost::workloads
