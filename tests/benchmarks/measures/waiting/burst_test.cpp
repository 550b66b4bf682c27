#include "benchmarks/measures/waiting/burst.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <string>
#include <vector>

#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/waiting/answered_requests.hpp"
#include "tests/benchmarks/measures/waiting/control_groups.hpp"
#include "tests/sanitizers.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

TEST(plan_of_a_burst, has_the_burst_at_its_moment_and_requests_before_and_after) {
  auto const plan = plan_of_a_burst();
  EXPECT_TRUE(std::ranges::is_sorted(plan));
  EXPECT_EQ(std::ranges::count(plan, burst_moment_ns), requests_of_a_burst + 1);
  EXPECT_EQ(plan.front(), 0);
  EXPECT_EQ(plan.back(), 345'000'000);
}

/// Whether two requests that were held at once hold what their check is about.
bool two_at_once_hold(server_caps const& caps, bool by_tasks = true) {
  recorded_measurement recorded;
  burst_requests requests({0, 0}, test::small_need);
  test::answer_at(requests, 10, 30);
  test::answer_at(requests, 20, 40);
  check_burst(requests, caps, by_tasks, {}, recorded.given);
  return recorded.check_holds();
}

TEST(check_burst, catches_a_limit_of_memory_that_does_not_hold) {
  EXPECT_TRUE(two_at_once_hold({.memory_bytes = 2 * test::small_need.bytes}));
  EXPECT_FALSE(two_at_once_hold({.memory_bytes = 2 * test::small_need.bytes - 1}));
}

TEST(check_burst, catches_a_limit_of_tasks_that_does_not_hold_where_each_request_has_one) {
  EXPECT_TRUE(two_at_once_hold({.tasks = 2}));
  EXPECT_FALSE(two_at_once_hold({.tasks = 1}));
  EXPECT_TRUE(two_at_once_hold({.tasks = 1}, false)) << "fibers of one thread";
}

class limited_server : public test::in_control_groups {
 protected:
  /// What became of all requests.
  template <class Model>
  burst_requests const& served_by(server_caps const& caps, std::size_t most_under_way = unbounded) {
    auto const serve = [&] {
      requests_->begin_once();
      serve_burst<Model>(recorded_.given.first_cpus(1), {.most_under_way = most_under_way}, *requests_);
    };
    auto const history = keep_serving(caps, 60'000'000'000, serve, [&] { requests_->lose_what_is_under_way(); });
    check_burst(*requests_, caps, serves_by_tasks<Model>(), history, recorded_.given);
    report_burst(*requests_, history, recorded_.given);
    return *requests_;
  }

  /// Of one request: more than the server itself has, so that of it and a pool's worker the kernel kills the worker.
  static constexpr std::size_t held_bytes = std::size_t{16} << 20;

  /// 24 at once, and one when all those have ended, or failed. Each holds its memory for so long that many are under
  /// way together, however slow the machine is.
  runtime::shared_object<burst_requests> requests_{plan(), request_need{.bytes = held_bytes, .wait_ns = 250'000'000}};
  recorded_measurement recorded_;

 private:
  static std::vector<std::int64_t> plan() {
    std::vector<std::int64_t> out(24, 0);
    out.push_back(2'000'000'000);
    return out;
  }
};

TEST_F(limited_server, refuses_what_it_has_no_task_for) {
  auto const& requests = served_by<models::std_thread>({.tasks = 4});
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_GT(requests.refused(), 0u);
  EXPECT_EQ(recorded_.metric("refused_by_tasks").value, static_cast<double>(requests.refused()));
  EXPECT_EQ(recorded_.metric("refused_otherwise").value, 0);
  EXPECT_LE(requests.most_held(), 3u);
  EXPECT_EQ(requests.refusals(), (std::map<int, std::size_t>{{EAGAIN, requests.refused()}}));
  EXPECT_EQ(recorded_.out.notes, std::vector{std::to_string(requests.refused()) +
                                             " requests were refused by EAGAIN (Resource temporarily unavailable)"});
}

TEST_F(limited_server, loses_what_it_has_no_memory_for) {
  auto const& requests = served_by<models::std_thread>({.memory_bytes = 8 * held_bytes});
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_GT(requests.lost_with_server(), 0u);
  EXPECT_GT(recorded_.metric("server_deaths").value, 0);
  EXPECT_GT(recorded_.metric("outage_ns").value, 0);
}

TEST_F(limited_server, answers_all_when_it_takes_no_more_than_it_has_memory_for) {
  if (replaces_the_allocator) GTEST_SKIP() << "a sanitizer's allocator keeps what was freed";
  auto const& requests = served_by<models::std_thread>({.memory_bytes = 8 * held_bytes}, 3);
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_EQ(requests.answered(), 25u);
  EXPECT_LE(requests.most_held(), 3u);
  EXPECT_EQ(recorded_.metric("outage_ns").value, 0);
}

/// Workers that are killed take a task each with them, and the pool goes on.
TEST_F(limited_server, whose_pools_workers_are_killed_loses_their_requests_alone) {
  auto const& requests = served_by<models::process_pool>({.memory_bytes = 8 * held_bytes});
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_GT(requests.lost_with_unit(), 0u);
  EXPECT_EQ(requests.lost_with_unit() + requests.lost_with_server() + requests.answered(), requests.size());
}

TEST(burst_server, answers_each_request_by_a_unit_of_any_model) {
  for_each_model(all_models{}, []<class Model>() {
    if constexpr (serves_bursts<Model>()) {
      SCOPED_TRACE(Model::name);
      for (std::size_t const most_under_way : {std::size_t{2}, unbounded}) {
        recorded_measurement recorded;
        runtime::shared_object<burst_requests> requests(std::vector<std::int64_t>{0, 0, 0, 0, 1'000'000},
                                                        request_need{.bytes = 4096, .wait_ns = 1'000'000});
        requests->begin_once();
        serve_burst<Model>(recorded.given.first_cpus(1), {.most_under_way = most_under_way}, *requests);
        EXPECT_EQ(requests->answered(), 5u);
        if (most_under_way == 2 && !requires { typename Model::verbs; }) {
          EXPECT_LE(requests->most_held(), 2u);
        }
        requests->check(0, recorded.given);
        EXPECT_TRUE(recorded.check_holds());
      }
    }
  });
}

}  // namespace
}  // namespace unitcost::measures
