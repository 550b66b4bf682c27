#include "workloads/cpu/brackets.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/workloads/prepared.hpp"

namespace unitcost::workloads {
namespace {

using bracket_fault = bracket_findings::fault;

bracket_findings check(std::string const& text) {
  return brackets::check_block(text.data(), 0, static_cast<unsigned>(text.size()));
}

std::uint64_t only(bracket_fault kind, std::uint64_t position) {
  bracket_findings findings;
  findings.add(kind, position);
  return findings.faults;
}

TEST(brackets, finds_no_fault_in_matching_pairs) {
  EXPECT_EQ(check("a([{<x>}])()b").pairs, 5u);
  EXPECT_EQ(check("a([{<x>}])()b").faults, 0u);
}

TEST(brackets, finds_each_kind_of_fault_at_its_position) {
  EXPECT_EQ(check("a)").faults, only(bracket_fault::unexpected, 1));
  EXPECT_EQ(check("a(b]").faults, only(bracket_fault::mismatched, 3));
  EXPECT_EQ(check("()(").faults, only(bracket_fault::never_closed, 2));
  std::string const deepest(most_open_brackets, '{'), closed(most_open_brackets, '}');
  EXPECT_EQ(check(deepest + "(" + closed).faults, only(bracket_fault::too_deep, most_open_brackets));
}

TEST(brackets, counts_positions_from_the_start_of_the_text_not_of_the_block) {
  std::string const text = "()()a)";
  EXPECT_EQ(brackets::check_block(text.data(), 4, 2).faults, only(bracket_fault::unexpected, 5));
}

TEST(brackets, finds_exactly_what_was_planted_in_each_block) {
  std::uint64_t faulty_blocks = 0;
  for (std::uint64_t index = 0; index < 100; ++index) {
    std::vector<char> block(1024);
    auto const planted = bracket_text(index * block.size(), block).write();
    auto const found = brackets::check_block(block.data() - index * block.size(), index * block.size(), 1024);
    ASSERT_EQ(found.pairs, planted.pairs) << "block " << index;
    ASSERT_EQ(found.faults, planted.faults) << "block " << index;
    faulty_blocks += planted.faults != 0;
  }
  EXPECT_GT(faulty_blocks, 50u);
}

TEST(brackets, shows_one_changed_bracket_in_the_checksum) {
  brackets::parameters const parameters{4, 256, every_call};
  test_models::prepared<brackets> ready(parameters);
  auto* const text = reinterpret_cast<char*>(ready.memory.data());
  unsigned first_opening = 0;
  while (text[first_opening] != '(') ++first_opening;
  text[first_opening] = 'x';
  EXPECT_NE(brackets::serial(ready.in), brackets::oracle(parameters).checksum);
}

TEST(brackets, has_two_units_a_block_less_one_when_all_is_spawned) {
  EXPECT_EQ(brackets::oracle({8, 64, every_call}).units, 15u);
  EXPECT_EQ(brackets::oracle({8, 64, 2}).units, 7u);
}

TEST(brackets, refuses_an_empty_text) {
  EXPECT_THROW(brackets::oracle({0, 64, 1}), std::invalid_argument);
  EXPECT_THROW(brackets::prepare({1, 0, 1}, {}), std::invalid_argument);
}

TEST(brackets, is_labelled_by_blocks_their_size_and_spawn_depth) {
  EXPECT_EQ(brackets::label({64, 4096, every_call}), "blocks:64/block_bytes:4096/spawn_depth:all");
}

}  // namespace
}  // namespace unitcost::workloads
