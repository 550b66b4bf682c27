#include "workloads/io/halting_conversation.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "tests/workloads/io/scripted_unit.hpp"

namespace unitcost::workloads {
namespace {

using test::no_streams, test::scripted_unit, test::unobserved;

constexpr std::int64_t would_wait = -EAGAIN;

conversation computing_aloud(std::uint64_t rounds) {
  return {.steps = {{action::fill, 100}, {action::write, 100}, {action::read, 100}, {action::compute, 9}},
          .first_round = 3,
          .rounds = rounds};
}

exchanged at_one_go(std::uint64_t rounds) {
  scripted_unit unit;
  exchanged came_of_it;
  converse(
      unit, [] { return no_streams(); }, computing_aloud(rounds), came_of_it, unobserved());
  return came_of_it;
}

struct halted {
  exchanged came_of_it;
  unsigned halts = 0;
};

/// Asks again until it has come to its end.
template <class Observer = unobserved>
halted halting(conversation const& part, scripted_unit unit, Observer observe = {}) {
  std::vector<std::byte> room(halting_conversation::room_for(part));
  halting_conversation one(part, room);
  no_streams ends;
  halted done;
  while (one.go_on(unit, ends, done.came_of_it, observe)) ++done.halts;
  return done;
}

TEST(halting_conversation, comes_to_the_same_wherever_it_had_to_wait) {
  for (std::size_t place = 0; place < 6; ++place) {
    std::deque<std::int64_t> answers(place, 100);
    answers.push_back(would_wait);
    halted const done = halting(computing_aloud(3), {.answers = answers, .on_its_way = {}});
    EXPECT_EQ(done.came_of_it, at_one_go(3)) << place;
    EXPECT_EQ(done.halts, 1u) << place;
  }
}

TEST(halting_conversation, keeps_the_part_of_a_message_that_was_read_or_written) {
  halted const done =
      halting(computing_aloud(2), {.answers = {30, would_wait, 70, 99, would_wait, would_wait, 1}, .on_its_way = {}});
  EXPECT_EQ(done.came_of_it, at_one_go(2));
  EXPECT_EQ(done.halts, 3u);
}

TEST(halting_conversation, ends_where_its_peer_does_or_a_call_fails) {
  EXPECT_EQ(halting(computing_aloud(2), {.answers = {100, would_wait, 60, 0}, .on_its_way = {}}).came_of_it.end,
            conversation_end::peer_closed);
  exchanged const failed = halting(computing_aloud(2), {.answers = {100, -ECONNRESET}, .on_its_way = {}}).came_of_it;
  EXPECT_EQ(failed.end, conversation_end::failed);
  EXPECT_EQ(failed.error, ECONNRESET);
}

TEST(halting_conversation, is_complete_where_its_peer_may_close) {
  conversation const part{.steps = {{action::read, 100}, {action::write, 100}}, .rounds = 1000, .until_closed = true};
  exchanged const done =
      halting(part, {.answers = {100, 100, would_wait, 0}, .on_its_way = std::deque<std::byte>(100)}).came_of_it;
  EXPECT_EQ(done.end, conversation_end::complete);
  EXPECT_EQ(done.rounds, 1u);
}

TEST(halting_conversation, finds_bytes_that_belong_to_no_message) {
  EXPECT_EQ(halting(computing_aloud(1), {.answers = {}, .on_its_way = {std::byte{1}}}).came_of_it.end,
            conversation_end::surplus);
}

struct counting_rounds {
  unsigned& begun;
  unsigned& ended;
  void round(std::uint64_t) const { ++begun; }
  void end() const { ++ended; }
};

TEST(halting_conversation, tells_each_round_once) {
  unsigned begun = 0, ended = 0;
  halting(computing_aloud(3), {.answers = {would_wait, would_wait, 100, would_wait}, .on_its_way = {}},
          counting_rounds{begun, ended});
  EXPECT_EQ(begun, 3u);
  EXPECT_EQ(ended, 1u);
}

}  // namespace
}  // namespace unitcost::workloads
