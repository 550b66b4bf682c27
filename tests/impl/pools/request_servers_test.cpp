// Both servers of requests, by one specification.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <thread>
#include <vector>

#include "impl/pools/half_sync_half_async.hpp"
#include "impl/pools/leader_followers.hpp"
#include "tests/impl/pools/asked_connections.hpp"

namespace unitcost::pools {
namespace {

using test::asked_connections, test::in_vain, test::numbers_of, test::one_at_a_time, test::request_numbers,
    test::running_server, test::summed;

template <class Server>
class request_server : public testing::Test {};
using both_servers = testing::Types<half_sync_half_async, leader_followers>;
TYPED_TEST_SUITE(request_server, both_servers);

TYPED_TEST(request_server, answers_each_request_of_each_connection) {
  asked_connections asked(3);
  running_server<TypeParam> server(2, asked, summed);
  for (std::uint64_t round = 0; round < 100; ++round)
    for (std::uint64_t client = 0; client < 3; ++client) {
      asked.clients[client].send({round, client, 7});
      EXPECT_THAT(asked.clients[client].answer().value(), testing::ElementsAre(client, round + client + 7));
    }
}

TYPED_TEST(request_server, reads_a_request_that_comes_in_pieces) {
  asked_connections asked(1);
  running_server<TypeParam> server(2, asked, summed);
  request_numbers const numbers{1, 2, 3};
  auto const bytes = std::as_bytes(std::span(numbers));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    asked.clients[0].send(bytes.subspan(at, 1));
    if (at % 8 == 3) std::this_thread::sleep_for(std::chrono::milliseconds(3));  // longer than anybody waits for more
  }
  EXPECT_EQ(asked.clients[0].answer().value().at(1), 6u);
}

TYPED_TEST(request_server, does_not_wait_for_a_client_that_stalls_in_the_middle_of_a_request) {
  asked_connections asked(2);
  running_server<TypeParam> server(1, asked, summed);
  request_numbers const numbers{1, 2, 3};
  auto const bytes = std::as_bytes(std::span(numbers));
  asked.clients[0].send(bytes.first(10));
  EXPECT_EQ(asked.clients[1].ask({4, 5, 6}), 15u);
  asked.clients[0].send(bytes.subspan(10));
  EXPECT_EQ(asked.clients[0].answer().value().at(1), 6u);
}

TYPED_TEST(request_server, handles_one_request_while_another_is_handled) {
  asked_connections asked(2);
  std::binary_semaphore second_is_handled{0};
  std::atomic<bool> in_time{false};
  running_server<TypeParam> server(2, asked, [&](std::uint32_t connection, std::span<std::byte const> request) {
    if (connection == 0) in_time = second_is_handled.try_acquire_for(in_vain);
    if (connection == 1) second_is_handled.release();
    return summed(connection, request);
  });
  asked.clients[0].send({1, 1, 1});
  EXPECT_EQ(asked.clients[1].ask({2, 2, 2}), 6u);
  EXPECT_EQ(asked.clients[0].answer().value().at(1), 3u);
  EXPECT_TRUE(in_time);
}

TYPED_TEST(request_server, serves_the_others_when_clients_leave_between_and_within_requests) {
  asked_connections asked(3);
  running_server<TypeParam> server(2, asked, summed);
  EXPECT_EQ(asked.clients[0].ask({1, 1, 1}), 3u);
  asked.clients[0].close();
  asked.clients[1].send(std::vector<std::byte>(5));
  asked.clients[1].close();
  EXPECT_EQ(asked.clients[2].ask({2, 2, 2}), 6u);
}

TYPED_TEST(request_server, hangs_up_on_who_makes_the_handler_fail_and_tells_it_in_the_end) {
  asked_connections asked(2);
  running_server<TypeParam> server(2, asked, [](std::uint32_t connection, std::span<std::byte const> request) {
    if (numbers_of(request)[0] == 13) throw std::domain_error("thirteen");
    return summed(connection, request);
  });
  asked.clients[0].send({13, 0, 0});
  EXPECT_EQ(asked.clients[0].answer(), std::nullopt);
  EXPECT_EQ(asked.clients[1].ask({1, 2, 3}), 6u);
  auto const failure = server.end();
  ASSERT_TRUE(failure);
  EXPECT_THROW(std::rethrow_exception(failure), std::domain_error);
}

TYPED_TEST(request_server, of_no_connections_has_nothing_to_do) { TypeParam(2, {.sockets = {}}, summed).serve(); }

TYPED_TEST(request_server, refuses_what_could_not_be_served) {
  EXPECT_THROW(TypeParam(1, {.sockets = {}, .request_bytes = 0}, summed), std::invalid_argument);
  EXPECT_THROW(TypeParam(0, {.sockets = {}}, summed).serve(), std::invalid_argument);
}

/// Connections of several clients' threads, whose requests are of different lengths of work.
TYPED_TEST(request_server, under_stress_answers_all_rightly_and_has_one_thread_a_connection) {
  constexpr std::size_t connections = 48, client_threads = 4;
  constexpr std::uint64_t rounds = 400;
  asked_connections asked(connections);
  one_at_a_time seen(connections);
  std::atomic<std::uint64_t> handled{0};
  std::atomic<std::uint64_t> wrong{0};
  running_server<TypeParam> server(8, asked, [&](std::uint32_t connection, std::span<std::byte const> request) {
    seen.enter(connection);
    for (std::uint64_t spin = 0; spin < numbers_of(request)[2] % 512; ++spin) asm volatile("");
    ++handled;
    auto const answer = summed(connection, request);
    seen.leave(connection);
    return answer;
  });
  {
    std::vector<std::jthread> threads;
    for (std::size_t first = 0; first < client_threads; ++first)
      threads.emplace_back([&, first] {
        for (std::uint64_t round = 0; round < rounds; ++round) {
          for (std::size_t client = first; client < connections; client += client_threads)
            asked.clients[client].send({round, client, round * 31 + client});
          for (std::size_t client = first; client < connections; client += client_threads) {
            auto const answer = asked.clients[client].answer();
            std::array<std::uint64_t, 2> const due{client, round + client + round * 31 + client};
            if (answer != due) ++wrong;
          }
        }
      });
  }
  EXPECT_EQ(handled, connections * rounds);
  EXPECT_EQ(wrong, 0u);
  EXPECT_FALSE(seen.ever_two());
}

}  // namespace
}  // namespace unitcost::pools
