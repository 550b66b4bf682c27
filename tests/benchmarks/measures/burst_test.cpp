#include "benchmarks/measures/burst.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <vector>

#include "benchmarks/harness/machine/cgroup_hierarchy.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "impl/process/held_process.hpp"
#include "impl/runtime/posix_thread.hpp"
#include "impl/runtime/touch.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

constexpr request_need small_need{.bytes = 64, .wait_ns = 0};

/// Takes the next one, whose unit holds its memory and answers at these moments.
void answer_at(burst_requests& requests, std::int64_t held_ns, std::int64_t answered_ns) {
  burst_request const one = requests.take();
  one.answer(one.begin());
  one.fate->held_ns = held_ns;
  one.fate->answered_ns = answered_ns;
}

TEST(plan_of_a_burst, has_the_burst_at_its_moment_and_requests_before_and_after) {
  auto const plan = plan_of_a_burst();
  EXPECT_TRUE(std::ranges::is_sorted(plan));
  EXPECT_EQ(std::ranges::count(plan, burst_moment_ns), requests_of_a_burst + 1);
  EXPECT_EQ(plan.front(), 0);
  EXPECT_EQ(plan.back(), 345'000'000);
}

TEST(burst_requests, tell_how_long_they_failed_and_when_one_was_answered_that_came_after_the_last_loss) {
  burst_requests requests({0, 100, 100, 200, 250, 300, 400}, small_need);
  answer_at(requests, 10, 50);
  requests.take();
  requests.take();
  requests.lose_what_is_under_way();
  requests.take();
  requests.lose_what_is_under_way();
  requests.take().refuse();
  answer_at(requests, 300, 470);
  answer_at(requests, 400, 450);
  EXPECT_EQ(requests.failing_ns(100), 150);
  EXPECT_EQ(requests.outage_ns(100), 350) << "the first answer, not the first request's";
  EXPECT_EQ(requests.answered(), 3u);
  EXPECT_EQ(requests.answered_within(50), 2u);
}

TEST(burst_requests, that_are_refused_are_no_outage) {
  burst_requests requests({0, 100, 200}, small_need);
  answer_at(requests, 10, 50);
  requests.take().refuse();
  answer_at(requests, 210, 250);
  EXPECT_EQ(requests.failing_ns(0), 100);
  EXPECT_EQ(requests.outage_ns(0), 0);
}

TEST(burst_requests, that_are_lost_to_the_last_tell_no_outage) {
  burst_requests requests({0, 100, 100}, small_need);
  answer_at(requests, 10, 50);
  requests.take();
  requests.take();
  requests.lose_what_is_under_way();
  EXPECT_THROW(requests.outage_ns(100), harness::not_stable);
}

TEST(burst_requests, say_that_a_server_died_before_it_took_one) {
  burst_requests requests({0, 100}, small_need);
  requests.take();
  requests.lose_what_is_under_way();
  EXPECT_THROW(requests.lose_what_is_under_way(), std::runtime_error);
}

TEST(burst_requests, whose_unit_alone_was_killed_are_not_lost_with_the_server_that_dies_later) {
  burst_requests requests({0, 0}, small_need);
  burst_request const alone = requests.take(), later = requests.take();
  alone.begin();
  alone.miss();
  later.begin();
  requests.lose_what_is_under_way();
  EXPECT_EQ(requests.lost_with_unit(), 1u);
  EXPECT_EQ(requests.lost_with_server(), 1u);
  EXPECT_EQ(requests.most_held(), 1u);
}

TEST(burst_requests, count_those_that_are_held_at_once) {
  burst_requests requests({0, 0, 0, 0}, small_need);
  answer_at(requests, 10, 30);
  answer_at(requests, 20, 40);
  answer_at(requests, 30, 50);
  requests.take().refuse();
  EXPECT_EQ(requests.most_held(), 2u);
}

TEST(burst_requests, hold_what_is_lost_until_its_server_was_found_dead) {
  burst_requests requests({0, 0}, small_need);
  burst_request const first = requests.take(), second = requests.take();
  first.begin();
  second.begin();
  requests.lose_what_is_under_way();
  EXPECT_EQ(requests.most_held(), 2u);
  EXPECT_EQ(requests.lost_with_server(), 2u);
}

/// Whether two requests, of which the first was answered, hold what their check is about after `with_second`.
template <class WithSecond>
bool burst_holds(std::size_t killed_alone, WithSecond with_second) {
  recorded_measurement recorded;
  burst_requests requests({0, 0}, small_need);
  answer_at(requests, 10, 20);
  with_second(requests);
  requests.check(killed_alone, recorded.given);
  return recorded.check_holds();
}

TEST(burst_requests, account_for_each) {
  EXPECT_TRUE(burst_holds(0, [](auto& all) { answer_at(all, 10, 20); }));
  EXPECT_TRUE(burst_holds(0, [](auto& all) { all.take().refuse(); }));
  EXPECT_TRUE(burst_holds(1, [](auto& all) { all.take().miss(); })) << "one unit was killed";
  EXPECT_TRUE(burst_holds(0, [](auto& all) {
    all.take().begin();
    all.lose_what_is_under_way();
  }));
}

TEST(burst_requests, catch_one_that_is_lost_and_nobody_was_killed_answered_twice_wrongly_or_never_taken) {
  EXPECT_FALSE(burst_holds(1, [](auto& all) { all.take().begin(); }));
  EXPECT_FALSE(burst_holds(0, [](auto& all) { all.take().miss(); })) << "nobody was killed";
  EXPECT_FALSE(burst_holds(0, [](auto& all) {
    burst_request const one = all.take();
    one.answer(one.begin());
    one.answer(one.begin());
  }));
  EXPECT_FALSE(burst_holds(0, [](auto& all) {
    burst_request const one = all.take();
    auto memory = one.begin();
    ++memory.back();
    one.answer(memory);
  }));
  EXPECT_FALSE(burst_holds(1, [](auto&) {}));
}

TEST(check_burst, catches_a_limit_of_memory_that_does_not_hold) {
  auto const holds = [](std::uint64_t memory_bytes) {
    recorded_measurement recorded;
    burst_requests requests({0, 0}, small_need);
    answer_at(requests, 10, 30);
    answer_at(requests, 20, 40);
    check_burst(requests, {.memory_bytes = memory_bytes}, {}, recorded.given);
    return recorded.check_holds();
  };
  EXPECT_TRUE(holds(2 * small_need.bytes));
  EXPECT_FALSE(holds(2 * small_need.bytes - 1));
}

void need_too_much() {
  std::vector<std::byte> much(64u << 20);
  runtime::touch_pages(much.data(), much.size());
}

class keep_serving_test : public testing::Test {
 protected:
  static constexpr std::int64_t patience_ns = 20'000'000'000;

  void SetUp() override {
    auto const hierarchy = harness::cgroup_hierarchy::detect();
    if (!hierarchy.writable) GTEST_SKIP() << hierarchy.why_not;
  }
  server_history serve(server_caps const& caps, std::function<void()> const& what) {
    return keep_serving(caps, patience_ns, what, [this] { ++deaths_told_; });
  }

  runtime::shared_object<std::atomic<unsigned>> lives_;
  unsigned deaths_told_ = 0;
};

TEST_F(keep_serving_test, runs_a_server_once_that_returns) {
  auto const history = serve({}, [this] { ++*lives_; });
  EXPECT_EQ(lives_->load(), 1u);
  EXPECT_EQ(history.deaths, 0u);
  EXPECT_EQ(deaths_told_, 0u);
}

TEST_F(keep_serving_test, starts_a_server_again_that_needed_more_memory_than_it_may_have) {
  auto const history = serve({.memory_bytes = 16u << 20}, [this] {
    if (++*lives_ > 2) return;
    need_too_much();
  });
  EXPECT_EQ(lives_->load(), 3u);
  EXPECT_EQ(history.deaths, 2u);
  EXPECT_EQ(history.killed_alone, 0u);
  EXPECT_EQ(deaths_told_, 2u);
}

TEST_F(keep_serving_test, counts_tasks_that_were_refused) {
  auto const history = serve({.tasks = 4}, [] {
    for (unsigned thread = 0; thread < 8; ++thread) try {
        runtime::posix_thread({}, [] { ::pause(); }).let_go();
      } catch (limit_reached const&) {
      }
    ::_exit(0);
  });
  EXPECT_EQ(history.tasks_refused, 5u) << "of eight threads beside the first";
}

TEST_F(keep_serving_test, does_not_take_another_death_for_want_of_memory) {
  EXPECT_THROW(serve({.memory_bytes = 64u << 20}, [] { ::raise(SIGKILL); }), unit_crashed);
  EXPECT_EQ(deaths_told_, 0u);
}

TEST_F(keep_serving_test, counts_a_unit_that_was_killed_alone) {
  auto const history = serve({.memory_bytes = 16u << 20}, [] {
    runtime::shared_object<processes::shared_failure> failure;
    processes::held_process child(*failure, {}, need_too_much);
    EXPECT_THROW(child.join(), unit_crashed);
  });
  EXPECT_EQ(history.killed_alone, 1u);
  EXPECT_EQ(history.deaths, 0u);
}

TEST_F(keep_serving_test, ends_a_server_that_hangs) {
  try {
    keep_serving(
        {}, 1'000'000, [] { ::pause(); }, [] {});
    FAIL() << "it has hung";
  } catch (std::runtime_error const& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("has not ended"));
  }
}

/// What became of a few requests at once, each of which holds 1 MiB, under std_thread.
burst_requests const& served_by_threads(server_caps const& caps, runtime::shared_object<burst_requests>& requests,
                                        recorded_measurement& recorded, std::size_t most_under_way = unbounded) {
  auto const serve = [&] {
    requests->begin_once();
    serve_burst<models::std_thread>(recorded.given.first_cpus(1), most_under_way, *requests);
  };
  auto const history = keep_serving(caps, 20'000'000'000, serve, [&] { requests->lose_what_is_under_way(); });
  check_burst(*requests, caps, history, recorded.given);
  report_burst(*requests, history, recorded.given);
  return *requests;
}

class limited_server : public keep_serving_test {
 protected:
  /// 24 at once, and one so much later that all those have ended, or failed, however slow the machine is.
  runtime::shared_object<burst_requests> requests_{plan(),
                                                   request_need{.bytes = std::size_t{1} << 20, .wait_ns = 100'000'000}};
  recorded_measurement recorded_;

 private:
  static std::vector<std::int64_t> plan() {
    std::vector<std::int64_t> out(24, 0);
    out.push_back(2'000'000'000);
    return out;
  }
};

TEST_F(limited_server, refuses_what_it_has_no_task_for) {
  auto const& requests = served_by_threads({.tasks = 4}, requests_, recorded_);
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_GT(requests.refused(), 0u);
  EXPECT_EQ(recorded_.metric("refused_by_tasks").value, static_cast<double>(requests.refused()));
  EXPECT_EQ(recorded_.metric("refused_otherwise").value, 0);
  EXPECT_LE(requests.most_held(), 3u);
}

TEST_F(limited_server, loses_what_it_has_no_memory_for) {
  auto const& requests = served_by_threads({.memory_bytes = 8u << 20}, requests_, recorded_);
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_GT(requests.lost_with_server(), 0u);
  EXPECT_GT(recorded_.metric("server_deaths").value, 0);
  EXPECT_GT(recorded_.metric("outage_ns").value, 0);
}

TEST_F(limited_server, answers_all_when_it_takes_no_more_than_it_has_memory_for) {
  auto const& requests = served_by_threads({.memory_bytes = 8u << 20}, requests_, recorded_, 3);
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_EQ(requests.answered(), 25u);
  EXPECT_LE(requests.most_held(), 3u);
  EXPECT_EQ(recorded_.metric("outage_ns").value, 0);
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
        serve_burst<Model>(recorded.given.first_cpus(1), most_under_way, *requests);
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
