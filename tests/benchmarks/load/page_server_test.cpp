#include "benchmarks/load/page_server.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "impl/runtime/descriptor_io.hpp"
#include "tests/injected_calls.hpp"

namespace unitcost::load {
namespace {

constexpr workloads::site served_site{.pages = 50, .entries = 2};
constexpr std::int64_t patience_ns = 20'000'000'000;

/// A server on a thread of its own, which ends when the connections to it were closed.
class running_server {
 public:
  explicit running_server(std::uint32_t connections, std::int64_t delay_ns = 0) {
    ignore_broken_connections();
    log_.answers = answers_;
    thread_ = std::jthread([this, connections, delay_ns] {
      page_server(listener_, {served_site, delay_ns, connections, patience_ns}, log_).run();
    });
  }
  runtime::owned_descriptor connect() const { return listener_.connect(); }
  /// What it left behind, once it has ended.
  page_log const& log() {
    thread_.join();
    return log_;
  }

 private:
  listener listener_;
  std::vector<std::uint32_t> answers_ = std::vector<std::uint32_t>(served_site.pages);
  page_log log_;
  std::jthread thread_;
};

std::string page_request_text(std::uint32_t page) {
  std::array<std::byte, workloads::most_head_bytes> bytes;
  return std::string(workloads::text_of(std::span(bytes).first(workloads::write_request(bytes, page))));
}

std::string page_response_text(std::uint32_t page) {
  std::array<std::byte, workloads::most_head_bytes + workloads::page_bytes> bytes;
  std::size_t const head = workloads::write_response_head(bytes);
  workloads::write_page(std::span(bytes).subspan(head), page, served_site);
  return std::string(workloads::text_of(std::span(bytes).first(head + workloads::page_bytes)));
}

void send_text(runtime::owned_descriptor const& to, std::string_view text) {
  EXPECT_EQ(runtime::write_some(to.get(), std::as_bytes(std::span(text))), static_cast<std::int64_t>(text.size()));
}

/// So many bytes, or fewer where the server closes before.
std::string received_text(runtime::owned_descriptor const& from, std::size_t bytes) {
  std::string text;
  std::array<std::byte, 4096> room;
  while (text.size() < bytes) {
    auto const count = runtime::read_some(from.get(), room);
    if (count <= 0) break;
    text += workloads::text_of(std::span(room).first(static_cast<std::size_t>(count)));
  }
  return text;
}

std::string answer_to(runtime::owned_descriptor const& connection, std::uint32_t page) {
  send_text(connection, page_request_text(page));
  return received_text(connection, page_response_text(page).size());
}

TEST(page_server, answers_one_request_after_the_other_over_the_same_connection) {
  running_server server(1);
  auto connection = server.connect();
  EXPECT_EQ(answer_to(connection, 7), page_response_text(7));
  EXPECT_EQ(answer_to(connection, 49), page_response_text(49));
  EXPECT_EQ(answer_to(connection, 7), page_response_text(7));
  connection.reset();
  page_log const& log = server.log();
  EXPECT_EQ(log.answers[7], 2u);
  EXPECT_EQ(log.answers[49], 1u);
  EXPECT_EQ(log.answers[0], 0u);
  EXPECT_EQ(log.refused, 0u);
}

TEST(page_server, answers_each_connection_what_it_asked_for) {
  running_server server(3, 1'000'000);
  std::vector<runtime::owned_descriptor> connections;
  for (int index = 0; index < 3; ++index) connections.push_back(server.connect());
  for (std::uint32_t index = 0; index < 3; ++index) send_text(connections[index], page_request_text(index));
  for (std::uint32_t index : {2u, 0u, 1u})
    EXPECT_EQ(received_text(connections[index], page_response_text(index).size()), page_response_text(index));
  connections.clear();
  EXPECT_EQ(server.log().refused, 0u);
}

TEST(page_server, understands_a_request_in_pieces) {
  running_server server(1);
  auto connection = server.connect();
  for (char const& each : page_request_text(12)) send_text(connection, {&each, 1});
  EXPECT_EQ(received_text(connection, page_response_text(12).size()), page_response_text(12));
  connection.reset();
  server.log();
}

TEST(page_server, makes_interrupted_calls_again) {
  test::injected_calls const injected({.interrupted_every = 2});
  running_server server(1);
  auto connection = server.connect();
  for (std::uint32_t page = 0; page < 10; ++page) EXPECT_EQ(answer_to(connection, page), page_response_text(page));
  connection.reset();
  server.log();
  EXPECT_GT(injected.interrupted(), 0u);
}

TEST(page_server, tells_when_all_connections_are_accepted) {
  running_server server(2);
  auto first = server.connect(), second = server.connect();
  answer_to(second, 1);
  first.reset();
  second.reset();
  EXPECT_EQ(server.log().accepted, 1u);
}

/// What comes back for a text that is no proper request.
void expect_refusal(std::string_view text) {
  running_server server(1);
  auto connection = server.connect();
  send_text(connection, text);
  EXPECT_EQ(received_text(connection, 1), "") << text;
  connection.reset();
  EXPECT_EQ(server.log().refused, 1u) << text;
}

TEST(page_server, hangs_up_on_what_is_no_request_for_a_page_of_the_site) {
  expect_refusal("POST /page/1 HTTP/1.1\r\n\r\n");
  expect_refusal(page_request_text(50));
  expect_refusal(page_request_text(1) + page_request_text(2));
  expect_refusal("GET /page/1 HTTP/1.1\r\n" + std::string(300, 'x'));
}

TEST(page_server, outlives_a_client_that_hangs_up_before_its_answer) {
  running_server server(2, 2'000'000);
  auto impatient = server.connect(), patient = server.connect();
  send_text(impatient, page_request_text(3));
  impatient.reset();
  EXPECT_EQ(answer_to(patient, 4), page_response_text(4));
  patient.reset();
  EXPECT_EQ(server.log().answers[4], 1u);
}

TEST(page_server, outlives_a_client_that_hangs_up_in_a_request) {
  running_server server(1);
  auto connection = server.connect();
  send_text(connection, page_request_text(3).substr(0, 10));
  connection.reset();
  EXPECT_EQ(server.log().refused, 0u);
}

TEST(page_server, answers_a_client_that_sends_no_more_and_then_hangs_up_too) {
  running_server server(1, 1'000'000);
  auto connection = server.connect();
  send_text(connection, page_request_text(3));
  ASSERT_EQ(::shutdown(connection.get(), SHUT_WR), 0);
  EXPECT_EQ(received_text(connection, 1 << 20), page_response_text(3));
  EXPECT_EQ(server.log().answers[3], 1u) << "it ended before the client closed";
}

}  // namespace
}  // namespace unitcost::load
