// What a crawler and a server say to each other: as much of HTTP/1.1 (RFC 9112) as a GET over a kept connection takes,
// bodies by Content-Length. Whatever is not of this form is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "workloads/io/site.hpp"

namespace unitcost::workloads {

/// No head of ours is longer, so one that has not ended by then is refused.
inline constexpr std::size_t most_head_bytes = 256;

enum class parsed : std::uint8_t { incomplete, complete, malformed };

/// `page` is that of a complete one.
struct page_request {
  parsed state;
  std::uint32_t page = 0;
  std::size_t bytes = 0;
};

/// Where a complete head ends, and how long the body is that follows it.
struct response_head {
  parsed state;
  std::size_t head_bytes = 0;
  std::size_t body_bytes = 0;
};

inline constexpr std::string_view request_start = "GET /page/";
inline constexpr std::string_view request_line_end = " HTTP/1.1\r\n";
inline constexpr std::string_view response_line = "HTTP/1.1 200 OK\r\n";
inline constexpr std::string_view length_field = "Content-Length: ";
inline constexpr std::string_view head_end = "\r\n\r\n";

inline std::size_t write_request(std::span<std::byte> into, std::uint32_t page) {
  return text_writer(into)
      .add(request_start)
      .add(page)
      .add(request_line_end)
      .add("Host: 127.0.0.1\r\nAccept: text/html\r\nConnection: keep-alive\r\n\r\n")
      .size();
}

/// Of a whole page.
inline std::size_t write_response_head(std::span<std::byte> into) {
  return text_writer(into)
      .add(response_line)
      .add("Content-Type: text/html\r\n")
      .add(length_field)
      .add(page_bytes)
      .add("\r\nConnection: keep-alive\r\n\r\n")
      .size();
}

/// Whether `text` begins with `start`, or is the beginning of it.
inline bool may_begin_with(std::string_view text, std::string_view start) {
  return text.starts_with(start.substr(0, text.size()));
}

/// Where a head ends, with its empty line: 0 as long as it does not.
inline std::size_t end_of_head(std::string_view so_far) {
  std::size_t const found = so_far.substr(0, most_head_bytes).find(head_end);
  return found == so_far.npos ? 0 : found + head_end.size();
}

inline parsed state_of_open_head(std::string_view so_far) {
  return so_far.size() < most_head_bytes ? parsed::incomplete : parsed::malformed;
}

/// What has come so far of a request.
inline page_request parse_request(std::string_view so_far) {
  if (!may_begin_with(so_far, request_start)) return {parsed::malformed};
  std::size_t const head_bytes = end_of_head(so_far);
  if (head_bytes == 0) return {state_of_open_head(so_far)};
  std::string_view const target = so_far.substr(request_start.size(), head_bytes - request_start.size());
  auto const page = number_of(target.substr(0, target.find(' ')));
  if (!page || !target.substr(target.find(' ')).starts_with(request_line_end)) return {parsed::malformed};
  return {parsed::complete, *page, head_bytes};
}

/// What has come so far of a response. Its length has to be there, once.
inline response_head parse_response(std::string_view so_far) {
  if (!may_begin_with(so_far, response_line)) return {parsed::malformed};
  std::size_t const head_bytes = end_of_head(so_far);
  if (head_bytes == 0) return {state_of_open_head(so_far)};
  std::string_view const head = so_far.substr(0, head_bytes);
  std::size_t const field = head.find(length_field);
  if (field == head.npos || head.find(length_field, field + 1) != head.npos) return {parsed::malformed};
  std::string_view const value = head.substr(field + length_field.size());
  auto const length = number_of(value.substr(0, value.find('\r')));
  if (!length) return {parsed::malformed};
  return {parsed::complete, head_bytes, *length};
}

}  // namespace unitcost::workloads
