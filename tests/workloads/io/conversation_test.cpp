#include "workloads/io/conversation.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "tests/workloads/io/scripted_unit.hpp"
#include "workloads/io/brigade.hpp"

namespace unitcost::workloads {
namespace {

using test::no_streams, test::scripted_unit, test::unobserved;

conversation echoed(std::uint64_t first_round, std::uint64_t rounds) {
  return {.steps = {{action::fill, 100}, {action::write, 100}, {action::read, 100}},
          .first_round = first_round,
          .rounds = rounds};
}

exchanged converse_alone(scripted_unit& unit, std::uint64_t rounds) {
  exchanged came_of_it;
  converse(
      unit, [] { return no_streams(); }, echoed(0, rounds), came_of_it, unobserved());
  return came_of_it;
}

exchanged undisturbed(std::uint64_t rounds) {
  scripted_unit unit;
  return converse_alone(unit, rounds);
}

TEST(conversation, counts_its_rounds_and_bytes) {
  exchanged const came_of_it = undisturbed(3);
  EXPECT_EQ(came_of_it.rounds, 3u);
  EXPECT_EQ(came_of_it.bytes_in, 300u);
  EXPECT_EQ(came_of_it.bytes_out, 300u);
  EXPECT_EQ(came_of_it.end, conversation_end::complete);
}

TEST(conversation, is_the_same_in_pieces) {
  scripted_unit unit{.answers = {1, 50, 49, 7, 90, 3, 99, 1}, .on_its_way = {}};
  EXPECT_EQ(converse_alone(unit, 3), undisturbed(3));
}

TEST(conversation, keeps_what_was_read_beyond_its_message) {
  std::vector<std::byte> both(200);
  fill_message(std::span(both).first(100), 0);
  fill_message(std::span(both).last(100), 1);
  scripted_unit unit{.answers = {130}, .on_its_way = {both.begin(), both.end()}};
  exchanged came_of_it;
  converse(
      unit, [] { return no_streams(); }, {.steps = {{action::read, 100}}, .rounds = 2}, came_of_it, unobserved());
  EXPECT_EQ(came_of_it.checksum, undisturbed(2).checksum);
}

TEST(conversation, finds_bytes_that_belong_to_no_message) {
  scripted_unit unit{.answers = {}, .on_its_way = {std::byte{1}}};  // before what it writes itself
  EXPECT_EQ(converse_alone(unit, 1).end, conversation_end::surplus);
  scripted_unit again{.answers = {}, .on_its_way = {std::byte{1}}};
  EXPECT_EQ(converse_alone(again, 2).rounds, 1u) << "no second message is made up over the first one's rest";
}

TEST(conversation, ends_early_where_its_peer_does) {
  scripted_unit unit{.answers = {100, 100, 60, 0}, .on_its_way = {}};
  exchanged const came_of_it = converse_alone(unit, 3);
  EXPECT_EQ(came_of_it.end, conversation_end::peer_closed);
  EXPECT_EQ(came_of_it.rounds, 1u);
  EXPECT_EQ(came_of_it.bytes_out, 160u);
}

TEST(conversation, ends_with_the_error_of_its_call) {
  scripted_unit unit{.answers = {100, -ECONNRESET}, .on_its_way = {}};
  exchanged const came_of_it = converse_alone(unit, 3);
  EXPECT_EQ(came_of_it.end, conversation_end::failed);
  EXPECT_EQ(came_of_it.error, ECONNRESET);
  EXPECT_EQ(came_of_it.rounds, 0u);
}

TEST(conversation, finds_a_byte_that_was_changed_lost_or_moved) {
  std::vector<std::byte> right(100);
  fill_message(right, 7);
  auto changed = right;
  changed[99] ^= std::byte{1};
  auto moved = right;
  std::swap(moved[3], moved[4]);
  std::uint64_t const sum = message_checksum(right, 7);
  EXPECT_NE(message_checksum(changed, 7), sum);
  EXPECT_NE(message_checksum(moved, 7), sum);
  EXPECT_NE(message_checksum(std::span(right).first(99), 7), sum);
  EXPECT_NE(message_checksum(right, 8), sum) << "a message of another round";
}

/// Notes the rounds that began, and the end as -1.
struct noting {
  std::vector<std::int64_t>& seen;
  void round(std::uint64_t number) const { seen.push_back(static_cast<std::int64_t>(number)); }
  void end() const { seen.push_back(-1); }
};

TEST(conversation, tells_the_beginning_of_each_round_and_the_end) {
  scripted_unit unit;
  exchanged came_of_it;
  std::vector<std::int64_t> seen;
  converse(
      unit, [] { return no_streams(); }, echoed(5, 2), came_of_it, noting{seen});
  EXPECT_EQ(seen, (std::vector<std::int64_t>{5, 6, -1}));
}

exchanged answer_until_closed(scripted_unit unit) {
  exchanged came_of_it;
  conversation const part{.steps = {{action::read, 100}, {action::write, 100}}, .rounds = 1000, .until_closed = true};
  converse(
      unit, [] { return no_streams(); }, part, came_of_it, unobserved());
  return came_of_it;
}

TEST(conversation, is_complete_where_its_peer_closes_between_two_rounds_as_it_may) {
  std::deque<std::byte> const message(100);
  exchanged const came_of_it = answer_until_closed({.answers = {60, 40, 100, 0}, .on_its_way = message});
  EXPECT_EQ(came_of_it.end, conversation_end::complete);
  EXPECT_EQ(came_of_it.rounds, 1u);
}

TEST(conversation, is_not_complete_where_its_peer_closes_in_a_message) {
  std::deque<std::byte> const message(100);
  EXPECT_EQ(answer_until_closed({.answers = {60, 0}, .on_its_way = message}).end, conversation_end::peer_closed);
}

TEST(conversation, adds_what_was_computed_on_the_message_read_last) {
  scripted_unit unit{.answers = {}, .on_its_way = std::deque<std::byte>(100)};
  exchanged came_of_it;
  converse(
      unit, [] { return no_streams(); }, {.steps = {{action::read, 100}, {action::compute, 17}}}, came_of_it,
      unobserved());
  std::uint64_t const read = message_checksum(std::vector<std::byte>(100), 0);
  EXPECT_EQ(came_of_it.checksum, read + computed(read, 17));
  EXPECT_EQ(came_of_it.bytes_in, 100u) << "computing reads nothing";
}

TEST(brigade, hands_the_leaders_byte_through_every_unit) {
  brigade::parameters const asked{.units = 3, .laps = 4};
  scripted_unit unit;
  exchanged leader;
  converse(
      unit, [] { return no_streams(); }, brigade::part_of(0, asked), leader, unobserved());
  EXPECT_EQ(leader, brigade::oracle(asked));
  EXPECT_EQ(brigade::part_of(1, asked).steps.begin()->what, action::read);
  EXPECT_EQ(brigade::part_of(2, asked).rounds, 4u);
}

}  // namespace
}  // namespace unitcost::workloads
