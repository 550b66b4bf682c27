#include "workloads/io/http.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace unitcost::workloads {
namespace {

std::string request_text(std::uint32_t page) {
  std::array<std::byte, most_head_bytes> bytes;
  return std::string(text_of(std::span(bytes).first(write_request(bytes, page))));
}

std::string response_text() {
  std::array<std::byte, most_head_bytes> bytes;
  return std::string(text_of(std::span(bytes).first(write_response_head(bytes))));
}

parsed state_of_request(std::string_view text) { return parse_request(text).state; }
parsed state_of_response(std::string_view text) { return parse_response(text).state; }

TEST(http, is_the_text_that_others_speak) {
  EXPECT_EQ(request_text(17),
            "GET /page/17 HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(response_text(),
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1024\r\nConnection: keep-alive\r\n\r\n");
}

TEST(http, finds_the_page_of_a_request_and_its_end) {
  auto const found = parse_request(request_text(4'294'967'295) + "more");
  EXPECT_EQ(found.state, parsed::complete);
  EXPECT_EQ(found.page, 4'294'967'295);
  EXPECT_EQ(found.bytes, request_text(4'294'967'295).size());
}

TEST(http, finds_where_a_responses_body_begins_and_ends) {
  auto const found = parse_response(response_text() + "<!DOC");
  EXPECT_EQ(found.state, parsed::complete);
  EXPECT_EQ(found.head_bytes, response_text().size());
  EXPECT_EQ(found.body_bytes, page_bytes);
}

TEST(http, waits_for_the_rest_wherever_it_was_cut) {
  for (std::size_t cut = 0; cut < request_text(17).size(); ++cut)
    EXPECT_EQ(state_of_request(request_text(17).substr(0, cut)), parsed::incomplete) << cut;
  for (std::size_t cut = 0; cut < response_text().size(); ++cut)
    EXPECT_EQ(state_of_response(response_text().substr(0, cut)), parsed::incomplete) << cut;
}

TEST(http, refuses_a_request_that_is_none_of_ours) {
  for (std::string_view const text :
       {"POST /page/1 HTTP/1.1\r\n\r\n", "GET /page/ HTTP/1.1\r\n\r\n", "GET /page/1\r\n\r\n",
        "GET /page/1 HTTP/1.0\r\n\r\n", "GET /page/-1 HTTP/1.1\r\n\r\n", "GET /page/99999999999 HTTP/1.1\r\n\r\n",
        "GET /page/1 2 HTTP/1.1\r\n\r\n", "get", "\r\n\r\n"})
    EXPECT_EQ(state_of_request(text), parsed::malformed) << text;
}

TEST(http, refuses_a_response_without_success_or_one_length) {
  for (std::string_view const text :
       {"HTTP/1.1 500 Oh\r\nContent-Length: 1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0",
        "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"})
    EXPECT_EQ(state_of_response(text), parsed::malformed) << text;
}

TEST(http, refuses_a_head_that_does_not_end) {
  EXPECT_EQ(state_of_request("GET /page/1 HTTP/1.1\r\nX: " + std::string(most_head_bytes, 'x')), parsed::malformed);
  EXPECT_EQ(state_of_response("HTTP/1.1 200 OK\r\nX: " + std::string(most_head_bytes, 'x')), parsed::malformed);
}

}  // namespace
}  // namespace unitcost::workloads
