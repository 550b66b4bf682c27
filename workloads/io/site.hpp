// A site of pages that link to each other: what a crawler finds, as data.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "workloads/splitmix64.hpp"

namespace unitcost::workloads {

/// Pages 0 … pages - 1, of which the first `entries` are known from the start, as by a list of addresses.
///
/// Page k links to k + 1, by which all are found from page 0 alone, to entries + 2 k and the one after it, which are
/// new as a rule, and to some others. So crawlers find two pages for each that they fetch, and half of them lead to
/// all.
struct site {
  std::uint32_t pages = 1;
  std::uint32_t entries = 1;
};

inline constexpr std::size_t page_bytes = 1024;
inline constexpr std::size_t links_of_a_page = 5;

/// Both its own and others may be among them, and one more than once.
inline std::array<std::uint32_t, links_of_a_page> links_of(std::uint32_t page, site const& of) {
  splitmix64 any(mix(page));
  std::uint64_t const first_new = of.entries + 2 * std::uint64_t{page};
  auto const within = [&of](std::uint64_t number) { return static_cast<std::uint32_t>(number % of.pages); };
  return {within(std::uint64_t{page} + 1), within(first_new), within(first_new + 1), any.below(of.pages),
          any.below(of.pages)};
}

inline std::string_view text_of(std::span<std::byte const> bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// Puts text together in memory that is large enough for it.
class text_writer {
 public:
  explicit text_writer(std::span<std::byte> into) : into_(into) {}

  text_writer& add(std::string_view text) {
    std::memcpy(into_.data() + size_, text.data(), text.size());
    size_ += text.size();
    return *this;
  }
  text_writer& add(std::uint64_t number) {
    std::array<char, 20> digits;
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return add({digits.data(), end});
  }
  std::size_t size() const { return size_; }
  std::span<std::byte const> written() const { return into_.first(size_); }

 private:
  std::span<std::byte> into_;
  std::size_t size_ = 0;
};

/// The number that `text` is, without sign or anything around it.
inline std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

inline constexpr std::string_view link_start = "<a href=\"/page/";

/// Letters that no other page has there.
inline void fill_with_letters(std::span<std::byte> into, std::uint32_t page) {
  constexpr std::uint64_t sixteenth = 0x0f0f0f0f0f0f0f0fu, from_a_on = 0x6161616161616161u;
  splitmix64 words(page);
  for (std::size_t done = 0; done < into.size(); done += sizeof(std::uint64_t)) {
    std::uint64_t const letters = (words.next() & sixteenth) + from_a_on;
    std::memcpy(into.data() + done, &letters, std::min(sizeof letters, into.size() - done));
  }
}

/// The whole of a page, `page_bytes` long: HTML with its links, filled up with letters.
inline void write_page(std::span<std::byte> into, std::uint32_t page, site const& of) {
  constexpr std::string_view end = "</p></body></html>\n";
  text_writer text(into.first(page_bytes));
  text.add("<!DOCTYPE html>\n<html><head><title>page ").add(page).add("</title></head><body>\n");
  for (std::uint32_t const target : links_of(page, of)) text.add(link_start).add(target).add("\">a page</a>\n");
  text.add("<p>");
  fill_with_letters(into.subspan(text.size(), page_bytes - end.size() - text.size()), page);
  std::memcpy(into.data() + page_bytes - end.size(), end.data(), end.size());
}

/// Calls `visit(page)` for each link. False: one of them leads to no page of the site.
template <class Visit>
bool visit_links(std::string_view body, site const& of, Visit visit) {
  for (std::size_t at = body.find(link_start); at != body.npos; at = body.find(link_start, at)) {
    at += link_start.size();
    std::size_t const end = body.find('"', at);
    if (end == body.npos) return false;
    auto const target = number_of(body.substr(at, end - at));
    if (!target || *target >= of.pages) return false;
    visit(*target);
  }
  return true;
}

}  // namespace unitcost::workloads
