#include "workloads/io/crawl.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace unitcost::workloads {
namespace {

constexpr crawl::parameters small_crawl{.connections = 3, .delay_ns = 1'000'000, .pages = 40};

/// A unit whose server answers at once. Its reads and writes go as scripted: a number of bytes at most, 0 or -errno.
struct crawling_unit {
  std::deque<std::int64_t> moves = {};  // for reads and writes in turn; when there are none left: as much as there is
  std::function<void(std::string&)> damage = [](std::string&) {};  // to each answer
  std::string asked = {}, answer = {};
  std::vector<std::uint32_t> fetched = {};

  std::int64_t next_move(std::size_t possible) {
    std::int64_t const most = moves.empty() ? static_cast<std::int64_t>(possible) : moves.front();
    if (!moves.empty()) moves.pop_front();
    return std::min(most, static_cast<std::int64_t>(possible));
  }
  std::int64_t write_some(int&, std::span<std::byte const> from) {
    std::int64_t const count = next_move(from.size());
    if (count <= 0) return count;
    asked += text_of(from.first(static_cast<std::size_t>(count)));
    if (auto const request = parse_request(asked); request.state == parsed::complete) reply(request.page);
    return count;
  }
  void reply(std::uint32_t page) {
    fetched.push_back(page);
    asked.clear();
    std::array<std::byte, most_head_bytes + page_bytes> bytes;
    std::size_t const head_bytes = write_response_head(bytes);
    write_page(std::span(bytes).subspan(head_bytes), page, crawl::site_of(small_crawl));
    answer = text_of(std::span(bytes).first(head_bytes + page_bytes));
    damage(answer);
  }
  std::int64_t read_some(int&, std::span<std::byte> into) {
    std::int64_t const count = next_move(std::min(into.size(), answer.size()));
    if (count <= 0) return count;
    std::memcpy(into.data(), answer.data(), static_cast<std::size_t>(count));
    answer.erase(0, static_cast<std::size_t>(count));
    return count;
  }
};

struct no_connection {
  int in = 0, out = 0;
};

struct unseen {
  void round(std::uint64_t) const {}
  void end() const {}
};

exchanged crawl_alone(crawling_unit& unit) {
  site const of = crawl::site_of(small_crawl);
  std::vector<std::uint32_t> queue(of.pages);
  std::vector<std::uint8_t> seen(of.pages);
  frontier<no_lock> known(of, queue, seen);
  exchanged came_of_it;
  fetch_pages(
      unit, [] { return no_connection(); }, of, known, came_of_it, unseen());
  return came_of_it;
}

exchanged crawl_damaged(std::function<void(std::string&)> const& damage) {
  crawling_unit unit{.damage = damage};
  return crawl_alone(unit);
}

TEST(crawl, fetches_each_page_once_and_comes_to_what_the_oracle_says) {
  crawling_unit unit;
  EXPECT_EQ(crawl_alone(unit), crawl::oracle(small_crawl));
  std::ranges::sort(unit.fetched);
  for (std::uint32_t page = 0; page < small_crawl.pages; ++page) EXPECT_EQ(unit.fetched.at(page), page);
  EXPECT_EQ(unit.fetched.size(), small_crawl.pages);
}

TEST(crawl, is_the_same_in_pieces) {
  crawling_unit unit{.moves = {1, 50, 7, 90, 1, 3, 100, 1, 500, 499, 30}};
  EXPECT_EQ(crawl_alone(unit), crawl::oracle(small_crawl));
  crawling_unit bytewise{.moves = std::deque<std::int64_t>(3000, 1)};
  EXPECT_EQ(crawl_alone(bytewise), crawl::oracle(small_crawl));
}

TEST(crawl, has_an_oracle_of_every_pages_own_content) {
  exchanged once;
  crawling_unit unit;
  once = crawl_alone(unit);
  bool changed = false;
  exchanged const damaged = crawl_damaged([&changed](std::string& answer) {
    if (!changed) answer[answer.size() - 100] ^= 1;  // a letter
    changed = true;
  });
  EXPECT_EQ(damaged.rounds, once.rounds);
  EXPECT_NE(damaged.checksum, once.checksum);
}

TEST(crawl, finds_a_page_that_is_another_one) {
  std::string first;
  exchanged const swapped = crawl_damaged([&first](std::string& answer) {
    if (first.empty()) first = answer;
    answer = first;
  });
  EXPECT_NE(swapped.checksum, crawl::oracle(small_crawl).checksum);
  EXPECT_LT(swapped.rounds, small_crawl.pages) << "it leads nowhere else";
}

TEST(crawl, ends_where_a_response_is_malformed) {
  auto const end_of = [](std::function<void(std::string&)> const& damage) { return crawl_damaged(damage).end; };
  EXPECT_EQ(end_of([](std::string& answer) { answer[9] = '5'; }), conversation_end::malformed) << "the status";
  EXPECT_EQ(end_of([](std::string& answer) { answer.replace(answer.find("1024"), 4, "1023"); }),
            conversation_end::malformed);
  EXPECT_EQ(end_of([](std::string& answer) { answer.replace(answer.find("/page/"), 7, "/page/x"); }),
            conversation_end::malformed);
  EXPECT_EQ(end_of([](std::string& answer) { answer.replace(answer.find("<a href"), 7, "<b href"); }),
            conversation_end::malformed)
      << "a link is missing";
}

TEST(crawl, ends_where_bytes_follow_the_response) {
  EXPECT_EQ(crawl_damaged([](std::string& answer) { answer += "?"; }).end, conversation_end::surplus);
}

TEST(crawl, ends_where_its_peer_does_in_the_midst_of_a_response) {
  crawling_unit unit{.moves = {1000, 1200, 1000, 500, 0}};
  exchanged const came_of_it = crawl_alone(unit);
  EXPECT_EQ(came_of_it.end, conversation_end::peer_closed);
  EXPECT_EQ(came_of_it.rounds, 1u);
}

TEST(crawl, ends_with_the_error_of_its_call) {
  crawling_unit unit{.moves = {1000, -ECONNRESET}};
  exchanged const came_of_it = crawl_alone(unit);
  EXPECT_EQ(came_of_it.end, conversation_end::failed);
  EXPECT_EQ(came_of_it.error, ECONNRESET);
}

/// Asked again each time when it stops.
exchanged crawl_halting(crawling_unit& unit, std::size_t& stops) {
  site const of = crawl::site_of(small_crawl);
  std::vector<std::uint32_t> queue(of.pages);
  std::vector<std::uint8_t> seen(of.pages);
  frontier<no_lock> known(of, queue, seen);
  exchanged came_of_it;
  no_connection ends;
  halting_crawl part;
  for (stops = 0; part.go_on(unit, ends, of, known, came_of_it, unseen()); ++stops) {
  }
  return came_of_it;
}

TEST(halting_crawl, comes_to_the_same_wherever_it_has_to_stop) {
  std::size_t stops = 0;
  crawling_unit unit{.moves = {-EAGAIN, 40, -EAGAIN, 100, -EAGAIN, 7, -EAGAIN, -EAGAIN, 1000, 500, -EAGAIN}};
  EXPECT_EQ(crawl_halting(unit, stops), crawl::oracle(small_crawl));
  EXPECT_EQ(stops, 6u);
}

TEST(halting_crawl, ends_where_its_connection_does) {
  std::size_t stops = 0;
  crawling_unit unit{.moves = {1000, 1200, 1000, -EAGAIN, 500, 0}};
  exchanged const came_of_it = crawl_halting(unit, stops);
  EXPECT_EQ(came_of_it.end, conversation_end::peer_closed);
  EXPECT_EQ(came_of_it.rounds, 1u);
  EXPECT_EQ(stops, 1u);
}

TEST(crawl, has_the_ideal_of_so_many_at_once) {
  EXPECT_EQ(crawl::ideal_ns({.connections = 32, .delay_ns = 5'000'000, .pages = 640}), 100'000'000);
  EXPECT_EQ(crawl::ideal_ns({.connections = 32, .delay_ns = 5'000'000, .pages = 641}), 105'000'000);
}

}  // namespace
}  // namespace unitcost::workloads
