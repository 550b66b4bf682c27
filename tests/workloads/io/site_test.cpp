#include "workloads/io/site.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unitcost::workloads {
namespace {

constexpr site small_site{.pages = 300, .entries = 20};

std::string page_text(std::uint32_t page) {
  std::array<std::byte, page_bytes> bytes;
  write_page(bytes, page, small_site);
  return std::string(text_of(bytes));
}

std::vector<std::uint32_t> links_in(std::string_view body) {
  std::vector<std::uint32_t> found;
  EXPECT_TRUE(visit_links(body, small_site, [&found](std::uint32_t target) { found.push_back(target); }));
  return found;
}

bool is_refused(std::string_view body) {
  return !visit_links(body, small_site, [](std::uint32_t) {});
}

TEST(site, has_pages_of_one_length_that_end_as_html_does) {
  for (std::uint32_t const page : {0u, 9u, 299u}) {
    EXPECT_EQ(page_text(page).size(), page_bytes);
    EXPECT_TRUE(page_text(page).starts_with("<!DOCTYPE html>\n"));
    EXPECT_TRUE(page_text(page).ends_with("</body></html>\n"));
  }
}

TEST(site, has_room_in_a_page_for_its_longest_links) {
  site const large{.pages = 4'000'000'000, .entries = 1'000'000'000};
  std::array<std::byte, page_bytes> bytes;
  write_page(bytes, 3'999'999'998, large);
  std::size_t links = 0;
  EXPECT_TRUE(visit_links(text_of(bytes), large, [&links](std::uint32_t) { ++links; }));
  EXPECT_EQ(links, links_of_a_page);
}

TEST(site, has_no_two_pages_alike) { EXPECT_NE(page_text(1).substr(600), page_text(2).substr(600)); }

TEST(site, shows_in_each_page_the_links_that_it_has) {
  for (std::uint32_t page = 0; page < small_site.pages; ++page) {
    auto const expected = links_of(page, small_site);
    EXPECT_EQ(links_in(page_text(page)), std::vector<std::uint32_t>(expected.begin(), expected.end())) << page;
  }
}

TEST(site, leads_from_its_first_page_to_all_others) {
  std::vector<bool> seen(small_site.pages);
  std::vector<std::uint32_t> open{0};
  seen[0] = true;
  while (!open.empty()) {
    std::uint32_t const page = open.back();
    open.pop_back();
    for (std::uint32_t const target : links_of(page, small_site)) {
      if (!seen[target]) open.push_back(target);
      seen[target] = true;
    }
  }
  EXPECT_EQ(std::ranges::count(seen, true), 300);
}

TEST(site, has_links_that_lead_out_of_it_or_to_nowhere_refused) {
  EXPECT_TRUE(is_refused("<a href=\"/page/300\">"));
  EXPECT_TRUE(is_refused("<a href=\"/page/\">"));
  EXPECT_TRUE(is_refused("<a href=\"/page/-1\">"));
  EXPECT_TRUE(is_refused("<a href=\"/page/1x\">"));
  EXPECT_TRUE(is_refused("<a href=\"/page/99999999999\">"));
  EXPECT_TRUE(is_refused("<a href=\"/page/12"));
  EXPECT_FALSE(is_refused("<a href=\"/page/299\">"));
}

}  // namespace
}  // namespace unitcost::workloads
