// What leader/followers promises beyond what all servers of requests do, and what becomes of one without a leader.
#include "impl/pools/leader_followers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>
#include <vector>

#include "impl/pools/leadership.hpp"
#include "tests/impl/pools/asked_connections.hpp"
#include "tests/impl/pools/leaderless_server.hpp"

namespace unitcost::pools {
namespace {

using test::asked_connections, test::in_vain, test::numbers_of, test::one_at_a_time, test::running_server, test::summed;

/// Both requests of connection 0 are there before the first is handled. While it is handled, the other connection is
/// served; then a thread that were told of connection 0 once more would have come.
template <class Server>
bool two_threads_get_into_one_connection() {
  asked_connections asked(2);
  one_at_a_time seen(2);
  std::atomic<int> of_other{0};
  std::vector<std::uint64_t> order;
  asked.clients[0].send({1, 0, 0});
  asked.clients[0].send({2, 0, 0});
  running_server<Server> server(3, asked, [&](std::uint32_t connection, std::span<std::byte const> request) {
    seen.enter(connection);
    if (connection == 0 && numbers_of(request)[0] == 1)
      for (auto const until = std::chrono::steady_clock::now() + in_vain;
           of_other < 100 && !seen.two_are_in(0) && std::chrono::steady_clock::now() < until;)
        std::this_thread::yield();
    if (connection == 1) ++of_other;
    auto const answer = summed(connection, request);
    seen.leave(connection);
    return answer;
  });
  for (std::uint64_t round = 0; round < 100; ++round) EXPECT_EQ(asked.clients[1].ask({round, 0, 0}), round);
  if (!seen.ever_two()) {
    EXPECT_EQ(asked.clients[0].answer().value().at(1), 1u);
    EXPECT_EQ(asked.clients[0].answer().value().at(1), 2u) << "what came meanwhile is not lost";
  }
  return seen.ever_two();
}

TEST(leader_followers_server, has_one_thread_in_a_connection_even_if_its_client_does_not_wait_for_answers) {
  EXPECT_FALSE(two_threads_get_into_one_connection<leader_followers>());
}

TEST(leaderless_server_fault, is_found_by_two_threads_in_one_connection) {
  EXPECT_TRUE(two_threads_get_into_one_connection<test::leaderless_server>());
}

TEST(leadership, is_one_threads_at_a_time_and_passes_on_while_anybody_wants_it) {
  constexpr int threads = 6, turns = 2000;
  leadership place;
  std::atomic<int> leaders{0};
  std::atomic<bool> ever_two{false};
  int led = 0;  // guarded by the leadership itself
  {
    std::vector<std::jthread> crew;
    for (int index = 0; index < threads; ++index)
      crew.emplace_back([&] {
        for (int turn = 0; turn < turns; ++turn) {
          place.lead();
          if (leaders.fetch_add(1) > 0) ever_two = true;
          ++led;
          --leaders;
          place.promote_follower();
        }
      });
  }
  EXPECT_EQ(led, threads * turns);
  EXPECT_FALSE(ever_two);
}

TEST(leadership, wakes_a_follower_that_sleeps) {
  leadership place;
  std::binary_semaphore leads{0};
  place.lead();
  std::jthread const follower([&] {
    place.lead();
    leads.release();
    place.promote_follower();
  });
  EXPECT_FALSE(leads.try_acquire_for(std::chrono::milliseconds(20)));
  place.promote_follower();
  EXPECT_TRUE(leads.try_acquire_for(in_vain));
}

}  // namespace
}  // namespace unitcost::pools
