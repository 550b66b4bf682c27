#include "benchmarks/load/closed_loop.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "benchmarks/load/loopback.hpp"
#include "impl/runtime/descriptor_io.hpp"

namespace unitcost::load {
namespace {

constexpr std::int64_t in_vain_ns = 20'000'000'000;

/// What a server sends back for the bytes that it has read; it closes when that is empty.
using server_answer = std::function<std::vector<std::byte>(std::span<std::byte const>)>;

/// One client of a server that answers as it is told, until the clients have gone.
client_tally tally_of(server_answer const& reply, std::uint32_t message_bytes = 100,
                      std::int64_t duration_ns = 5'000'000, std::uint32_t computing_steps = 0) {
  ignore_broken_connections();
  auto connections = connect_loopback(1);
  make_non_blocking(connections[0].client.get());
  std::jthread const server([&reply, socket = std::move(connections[0].server)] {
    std::array<std::byte, 1 << 16> room;
    for (runtime::transferred count; (count = runtime::read_some(socket.get(), room)) > 0;) {
      auto const reply_bytes = reply(std::span(room).first(static_cast<std::size_t>(count)));
      if (reply_bytes.empty()) return;
      for (std::span<std::byte const> left = reply_bytes; !left.empty();) {
        auto const written = runtime::write_some(socket.get(), left);
        if (written < 0) return;
        left = left.subspan(static_cast<std::size_t>(written));
      }
    }
  });
  client_tally tally;
  std::vector<std::int64_t> round_ns(1'000'000);
  client_log log{.tallies = {&tally, 1}, .round_ns = round_ns};
  client_end const only{connections[0].client.get(), 7};
  closed_loop({&only, 1}, {.bytes = message_bytes, .computing_steps = computing_steps}, log)
      .run(duration_ns, in_vain_ns);
  EXPECT_EQ(log.rounds_timed + 1, std::max<std::uint64_t>(tally.requests, 1)) << "the first is not timed";
  EXPECT_LE(log.steady_answers, log.rounds_timed) << "the last may have come late";
  connections[0].client.reset();  // the server's end
  return tally;
}

std::vector<std::byte> echoed(std::span<std::byte const> request) { return {request.begin(), request.end()}; }

TEST(closed_loop, counts_what_came_back_and_knows_what_it_sent) {
  client_tally const tally = tally_of(echoed);
  EXPECT_GE(tally.requests, 1u);
  EXPECT_EQ(tally.wrong_answers, 0u);
  EXPECT_EQ(tally.lost, 0u);
  std::uint64_t expected = 0;
  std::vector<std::byte> message(100);
  for (std::uint64_t round = 7; round < 7 + tally.requests; ++round) {
    workloads::fill_message(message, round);
    expected += workloads::message_checksum(message, round);
  }
  EXPECT_EQ(tally.checksum, expected);
}

TEST(closed_loop, knows_what_the_server_computes_on_each_message) {
  client_tally const tally = tally_of(echoed, 100, 0, 1000);
  std::vector<std::byte> message(100);
  workloads::fill_message(message, 7);
  std::uint64_t const read = workloads::message_checksum(message, 7);
  EXPECT_EQ(tally.checksum, read + workloads::compute(read, 1000));
}

TEST(closed_loop, sends_and_receives_messages_larger_than_any_buffer) {
  client_tally const tally = tally_of(echoed, 8 << 20);
  EXPECT_GE(tally.requests, 1u);
  EXPECT_EQ(tally.wrong_answers, 0u);
}

TEST(closed_loop, stops_after_the_first_answers_where_no_time_is_given) {
  EXPECT_EQ(tally_of(echoed, 100, 0).requests, 1u);
}

TEST(closed_loop, sends_one_message_each_where_no_time_is_given_however_late_the_last_answer) {
  constexpr int at_most_ms = 20;
  auto const connections = connect_loopback(2);
  std::vector<client_end> ends;
  for (connection const& each : connections) {
    make_non_blocking(each.client.get());
    ends.push_back({each.client.get(), 0});
  }
  int sent_again = -1;
  std::jthread server([&] {
    std::array<std::byte, 64> message;
    for (connection const& each : connections) {
      runtime::read_some(each.server.get(), message);
      pollfd first{connections[0].server.get(), POLLIN, 0};
      if (&each == &connections[1]) sent_again = ::poll(&first, 1, at_most_ms);
      runtime::write_some(each.server.get(), message);
    }
  });
  std::vector<client_tally> tallies(2);
  client_log log{.tallies = tallies, .round_ns = {}};
  closed_loop(ends, {.bytes = 64}, log).run(0, in_vain_ns);
  server.join();
  for (client_tally const& each : tallies) EXPECT_EQ(each.requests, 1u);
  EXPECT_EQ(sent_again, 0);
}

TEST(closed_loop, finds_an_answer_that_was_changed) {
  client_tally const tally = tally_of([](std::span<std::byte const> request) {
    auto reply = echoed(request);
    reply.back() ^= std::byte{1};
    return reply;
  });
  EXPECT_GT(tally.requests, 0u);
  EXPECT_EQ(tally.wrong_answers, tally.requests);
}

TEST(closed_loop, finds_an_answer_that_is_too_long) {
  // With the answer or, where it comes later, with the next one.
  client_tally const tally = tally_of([](std::span<std::byte const> request) {
    auto reply = echoed(request);
    reply.push_back(std::byte{0});
    return reply;
  });
  EXPECT_GT(tally.wrong_answers, 0u);
}

TEST(closed_loop, finds_a_server_that_closes) {
  client_tally const tally = tally_of([](std::span<std::byte const>) { return std::vector<std::byte>(); });
  EXPECT_EQ(tally.lost, 1u);
  EXPECT_EQ(tally.requests, 0u);
}

TEST(closed_loop, gives_up_on_a_server_that_is_silent) {
  auto const connections = connect_loopback(2);
  std::vector<client_end> ends;
  for (connection const& each : connections) {
    make_non_blocking(each.client.get());
    ends.push_back({each.client.get(), 0});
  }
  std::vector<client_tally> tallies(2);
  client_log log{.tallies = tallies, .round_ns = {}};
  closed_loop(ends, {.bytes = 100}, log).run(0, 1'000'000);
  for (client_tally const& each : tallies) EXPECT_EQ(each, (client_tally{.lost = 1}));
}

TEST(loopback, connects_each_client_with_its_own_server) {
  auto const connections = connect_loopback(3);
  for (unsigned index = 0; index < 3; ++index) {
    auto const sent = static_cast<std::byte>(index);
    EXPECT_EQ(runtime::write_some(connections[index].client.get(), {&sent, 1}), 1);
  }
  for (unsigned index = 0; index < 3; ++index) {
    std::byte got{99};
    EXPECT_EQ(runtime::read_some(connections[index].server.get(), {&got, 1}), 1);
    EXPECT_EQ(got, static_cast<std::byte>(index));
  }
}

}  // namespace
}  // namespace unitcost::load
