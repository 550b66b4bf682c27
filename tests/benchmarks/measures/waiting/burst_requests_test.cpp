#include "benchmarks/measures/waiting/burst_requests.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <stdexcept>

#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/waiting/answered_requests.hpp"

namespace unitcost::measures {
namespace {

using test::answer_at;
using test::recorded_measurement;
using test::small_need;

TEST(burst_requests, tell_how_long_they_failed_and_when_one_was_answered_that_came_after_the_last_loss) {
  burst_requests requests({0, 100, 100, 200, 250, 300, 400}, small_need);
  answer_at(requests, 10, 50);
  requests.take();
  requests.take();
  requests.lose_what_is_under_way();
  requests.take();
  requests.lose_what_is_under_way();
  requests.take().refuse(EAGAIN);
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
  requests.take().refuse(EAGAIN);
  answer_at(requests, 210, 250);
  EXPECT_EQ(requests.failing_ns(0), 100);
  EXPECT_EQ(requests.outage_ns(0), 0);
}

TEST(burst_requests, keep_the_errno_by_which_they_were_refused) {
  burst_requests requests({0, 0, 0, 0, 0}, small_need);
  for (int const error : {EAGAIN, ENOMEM, EAGAIN, 0}) requests.take().refuse(error);
  answer_at(requests, 10, 20);
  EXPECT_EQ(requests.refusals(), (std::map<int, std::size_t>{{EAGAIN, 2}, {ENOMEM, 1}, {0, 1}}));
}

TEST(burst_requests, wait_at_least_as_long_as_what_they_wait_for_stalls_by_few_different_delays) {
  constexpr std::int64_t step_ns = stall_step_ns;
  burst_requests requests({0, 0}, {.bytes = 64, .wait_ns = step_ns / 5, .stalled_until_ns = 20 * step_ns});
  requests.begin_once();
  burst_request const one = requests.take();
  std::int64_t const begun_ns = one.stalled_until_ns - 20 * step_ns;
  EXPECT_EQ(one.wait_ns(begun_ns), 20 * step_ns);
  EXPECT_EQ(one.wait_ns(begun_ns + 1), 20 * step_ns);
  EXPECT_EQ(one.wait_ns(begun_ns + 18 * step_ns + 1), 2 * step_ns);
  EXPECT_EQ(one.wait_ns(begun_ns + 20 * step_ns - 1), step_ns);
  EXPECT_EQ(one.wait_ns(begun_ns + 20 * step_ns), step_ns / 5);
  EXPECT_EQ(one.wait_ns(begun_ns + 100 * step_ns), step_ns / 5);
}

/// Takes the next one at this moment.
burst_request taken_at(burst_requests& requests, std::int64_t taken_ns) {
  burst_request const one = requests.take();
  one.fate->taken_ns = taken_ns;
  return one;
}
void answer_taken_at(burst_requests& requests, std::int64_t taken_ns) {
  burst_request const one = taken_at(requests, taken_ns);
  one.answer(one.begin());
}
void refuse_taken_at(burst_requests& requests, std::int64_t taken_ns) {
  burst_request const one = taken_at(requests, taken_ns);
  one.refuse(EAGAIN);
  one.fate->refused_ns = taken_ns + 1;
}

TEST(burst_requests, are_served_again_by_who_takes_one_after_all_that_failed_and_answers_it) {
  burst_requests requests({0, 0, 0, 0, 0, 0}, small_need);
  answer_taken_at(requests, 10);
  refuse_taken_at(requests, 20);
  answer_taken_at(requests, 30);
  refuse_taken_at(requests, 40);
  answer_taken_at(requests, 70);
  answer_taken_at(requests, 80);
  EXPECT_EQ(requests.serves_again_ns(), 70 - 20);
  EXPECT_EQ(requests.taken_until_failure(), 2u);
}

TEST(burst_requests, of_which_none_failed_need_no_serving_again) {
  burst_requests requests({0, 0}, small_need);
  answer_taken_at(requests, 10);
  answer_taken_at(requests, 20);
  EXPECT_EQ(requests.serves_again_ns(), 0);
  EXPECT_EQ(requests.taken_until_failure(), 2u);
}

TEST(burst_requests, that_fail_to_the_last_tell_nothing_of_serving_again) {
  burst_requests requests({0, 0}, small_need);
  answer_taken_at(requests, 10);
  refuse_taken_at(requests, 20);
  EXPECT_THROW(requests.serves_again_ns(), harness::not_stable);
}

TEST(burst_requests, tell_what_became_of_those_beside_the_burst) {
  burst_requests requests({0, 100, 100, 200, 300}, small_need);
  answer_at(requests, 10, 50);
  answer_at(requests, 110, 900);
  requests.take().refuse(EAGAIN);
  answer_at(requests, 210, 270);
  requests.take().refuse(EAGAIN);
  auto const others = requests.beside(100);
  EXPECT_EQ(others.failed, 1u);
  EXPECT_EQ(others.longest_wait_ns, 70) << "from the planned time; and the burst's own do not count";
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
  requests.take().refuse(EAGAIN);
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
  EXPECT_TRUE(burst_holds(0, [](auto& all) { all.take().refuse(EAGAIN); }));
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

}  // namespace
}  // namespace unitcost::measures
