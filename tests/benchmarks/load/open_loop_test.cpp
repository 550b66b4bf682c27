#include "benchmarks/load/open_loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "benchmarks/load/arrivals.hpp"
#include "tests/benchmarks/load/played_clients.hpp"

namespace unitcost::load {
namespace {

using test::played_clients;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t us = 1000, ms = 1'000'000;

/// The log of a plan, and what the clients of a server with `answered_ns` did.
struct played_plan {
  played_plan(std::uint32_t clients_count, std::vector<std::int64_t> const& planned_ns,
              std::function<std::int64_t(std::int64_t)> answered_ns, std::int64_t turn_ns = us)
      : clients(clients_count, std::move(answered_ns), turn_ns), planned(planned_ns) {}

  played_plan& run() {
    open_loop(clients, planned, *log).run(20'000 * ms);
    return *this;
  }
  /// When request `index` of the plan was sent.
  std::int64_t sent_ns(std::size_t index) const {
    return clients.exchanges.at(clients.size() + index).sent_ns - log->begun_ns.load();
  }
  std::uint32_t sender(std::size_t index) const { return clients.exchanges.at(clients.size() + index).client; }
  std::int64_t latency_ns(std::uint64_t rank) const { return log->latency.at_rank(rank); }
  std::string why() const { return why_behind(*log, planned.size()); }

  played_clients clients;
  std::vector<std::int64_t> planned;
  std::unique_ptr<open_loop_log> log = std::make_unique<open_loop_log>();
};

auto after(std::int64_t delay_ns) {
  return [delay_ns](std::int64_t sent_ns) { return sent_ns + delay_ns; };
}

TEST(open_loop, has_each_client_answered_once_before_the_plan_begins) {
  played_plan plan(3, {0}, after(50 * ms));
  plan.run();
  EXPECT_EQ(plan.clients.exchanges.size(), 4u);
  EXPECT_EQ(plan.log->latency.samples(), 1u) << "those are not counted";
  EXPECT_GE(plan.log->begun_ns.load(), 1'050 * ms);
}

TEST(open_loop, sends_in_turn_and_when_it_is_planned_though_nothing_has_been_answered) {
  played_plan plan(4, {0, 1 * ms, 2 * ms, 3 * ms}, after(500 * ms));
  plan.run();
  for (std::size_t index = 0; index < 4; ++index) {
    EXPECT_EQ(plan.sender(index), index);
    EXPECT_NEAR(static_cast<double>(plan.sent_ns(index)), static_cast<double>(plan.planned[index]), 1 * us);
  }
}

TEST(open_loop, counts_from_the_plan_what_waits_for_its_client) {
  // One client, answered after 10 ms: the second request is sent 9 ms late, the third 18.
  played_plan plan(1, {0, 1 * ms, 2 * ms}, after(10 * ms));
  plan.run();
  EXPECT_NEAR(static_cast<double>(plan.sent_ns(1)), 10 * ms, 5 * us);
  EXPECT_NEAR(static_cast<double>(plan.sent_ns(2)), 20 * ms, 5 * us);
  EXPECT_NEAR(static_cast<double>(plan.latency_ns(1)), 10 * ms, 20 * us);
  EXPECT_NEAR(static_cast<double>(plan.latency_ns(2)), 19 * ms, 30 * us);
  EXPECT_NEAR(static_cast<double>(plan.latency_ns(3)), 28 * ms, 40 * us);
}

TEST(open_loop, is_not_charged_with_what_waits_for_its_client) {
  played_plan plan(1, {0, 1 * ms, 100 * ms}, after(10 * ms));
  plan.run();
  EXPECT_EQ(plan.log->lag.samples(), 2u) << "the first and the last";
  EXPECT_LE(plan.log->lag.greatest_ns(), 1 * us);
}

TEST(open_loop, answers_for_its_own_slowness) {
  played_plan plan(4, arrivals_ns({.by = spacing::constant, .per_second = 100}, 1'000 * ms), after(10 * us), 700 * us);
  plan.run();
  EXPECT_EQ(plan.log->lag.samples(), 100u);
  EXPECT_GT(plan.log->lag.greatest_ns(), 500 * us);
  EXPECT_THAT(plan.why(), HasSubstr("generator behind"));
}

TEST(open_loop, does_not_let_what_is_due_wait_for_all_answers_that_have_come) {
  // 50 answers come at once, each takes 100 us to digest, and then 50 requests of free clients are due.
  std::vector<std::int64_t> planned(50, 0);
  for (std::int64_t request = 0; request < 50; ++request) planned.push_back(10 * ms + request * 100 * us);
  played_plan plan(100, planned, after(10 * ms));
  plan.clients.digest_ns = 100 * us;
  plan.run();
  EXPECT_LE(plan.log->lag.greatest_ns(), 200 * us);
}

TEST(open_loop, that_is_on_time_is_not_behind_however_slow_the_server_is) {
  // A server that would need twice the time there is.
  std::int64_t free_ns = 0;
  auto const one_at_a_time = [&free_ns](std::int64_t sent_ns) {
    return free_ns = std::max(free_ns, sent_ns) + 200 * us;
  };
  played_plan plan(16, arrivals_ns({.per_second = 10'000, .seed = 3}, 500 * ms), one_at_a_time);
  plan.run();
  EXPECT_THAT(plan.why(), IsEmpty());
  EXPECT_EQ(plan.log->latency.samples(), plan.planned.size());
  EXPECT_NEAR(static_cast<double>(plan.log->answered_in_time), static_cast<double>(plan.planned.size()) / 2, 100);
  EXPECT_GT(plan.latency_ns(plan.planned.size() / 2), 200 * ms);
}

TEST(open_loop, that_is_late_by_less_than_a_tenth_of_the_latency_is_not_behind) {
  played_plan plan(4, arrivals_ns({.by = spacing::constant, .per_second = 100}, 1'000 * ms), after(9 * ms), 700 * us);
  plan.run();
  EXPECT_GT(plan.log->lag.greatest_ns(), 500 * us);
  EXPECT_THAT(plan.why(), IsEmpty());
}

TEST(open_loop, that_never_finds_nothing_to_do_is_behind_if_answers_came_late) {
  open_loop_log log;
  for (int request = 0; request < 1000; ++request) log.latency.count(50 * ms);
  log.turns = 1000;
  log.idle_turns = 40;
  log.answered_in_time = 900;
  EXPECT_THAT(why_behind(log, 1000), HasSubstr("900 of 1000"));
  log.idle_turns = 60;
  EXPECT_THAT(why_behind(log, 1000), IsEmpty());
  log.idle_turns = 40;
  log.answered_in_time = 990;
  EXPECT_THAT(why_behind(log, 1000), IsEmpty());
}

TEST(open_loop, ends_when_a_client_is_lost) {
  played_plan plan(2, {0, 1 * ms, 2 * ms, 3 * ms}, after(10 * ms));
  plan.clients.loses = 1;
  plan.run();
  EXPECT_EQ(plan.log->latency.samples(), 0u);
  EXPECT_EQ(plan.clients.under_way(), 0u);
}

/// Which falls silent after so many messages.
auto silent_after(int messages) {
  return [left = messages](std::int64_t sent_ns) mutable {
    return left-- > 0 ? sent_ns + 10 * us : played_clients::never;
  };
}

TEST(open_loop, gives_up_on_a_server_that_is_silent_and_counts_no_answer) {
  for (int const messages : {0, 1, 2, 3}) {
    SCOPED_TRACE(messages);
    played_plan plan(2, {0, 1 * ms, 2 * ms}, silent_after(messages), 10 * ms);
    plan.run();
    EXPECT_EQ(plan.log->latency.samples(), messages == 3 ? 1u : 0u);
    EXPECT_EQ(plan.clients.under_way(), 0u);
    EXPECT_LT(plan.clients.now_ns(), 30'000 * ms);
  }
}

TEST(open_loop, without_a_plan_sends_nothing) {
  played_plan plan(2, {}, after(10 * us));
  plan.run();
  EXPECT_EQ(plan.clients.exchanges.size(), 2u);
}

}  // namespace
}  // namespace unitcost::load
