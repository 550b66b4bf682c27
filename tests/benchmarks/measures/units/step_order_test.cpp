#include "benchmarks/measures/units/step_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "workloads/splitmix64.hpp"

namespace unitcost::measures {
namespace {

using order = std::vector<std::uint32_t>;

/// Strict turn taking.
order rounds(unsigned units, unsigned steps, unsigned first = 0) {
  order out;
  for (unsigned step = 0; step < steps; ++step)
    for (unsigned unit = 0; unit < units; ++unit) out.push_back((first + unit) % units);
  return out;
}

order one_after_the_other(unsigned units, unsigned steps) {
  order out;
  for (unsigned unit = 0; unit < units; ++unit) out.insert(out.end(), steps, unit);
  return out;
}

order shuffled(order of, std::uint64_t seed) {
  workloads::splitmix64 random(seed);
  for (unsigned place = static_cast<unsigned>(of.size()) - 1; place > 0; --place)
    std::swap(of[place], of[random.below(place + 1)]);
  return of;
}

/// By the definition: every pair of steps is looked at.
double inversions_by_definition(order const& of, unsigned units, unsigned steps) {
  order first_steps;
  for (std::uint32_t unit : of)
    if (std::ranges::find(first_steps, unit) == first_steps.end()) first_steps.push_back(unit);
  std::vector<std::pair<unsigned, std::ptrdiff_t>> due;  // round, place in it
  std::vector<unsigned> made(units);
  for (std::uint32_t unit : of)
    due.emplace_back(made[unit]++, std::ranges::find(first_steps, unit) - first_steps.begin());
  double inversions = 0;
  for (std::size_t early = 0; early < due.size(); ++early)
    for (std::size_t late = early + 1; late < due.size(); ++late) inversions += due[early] > due[late];
  return inversions / (units * (units - 1) / 2.0 * steps * (steps - 1) / 2.0);
}

TEST(step_order, of_round_robin_has_nothing_out_of_turn) {
  EXPECT_EQ(out_of_turn_share(rounds(4, 5), 4), 0);
  EXPECT_EQ(order_inversions(rounds(4, 5), 4), 0);
}

TEST(step_order, of_round_robin_may_start_with_any_unit) {
  EXPECT_EQ(out_of_turn_share(rounds(4, 5, 3), 4), 0);
  EXPECT_EQ(order_inversions(rounds(4, 5, 3), 4), 0);
}

TEST(step_order, of_round_robin_may_go_backwards) {
  auto backwards = rounds(4, 5);
  std::ranges::reverse(backwards);
  EXPECT_EQ(out_of_turn_share(backwards, 4), 0);
  EXPECT_EQ(order_inversions(backwards, 4), 0);
}

TEST(step_order, of_units_one_after_the_other_is_wholly_inverted) {
  auto forwards = one_after_the_other(4, 5);
  EXPECT_DOUBLE_EQ(order_inversions(forwards, 4), 1);
  EXPECT_DOUBLE_EQ(out_of_turn_share(forwards, 4), 16.0 / 19);
  std::ranges::reverse(forwards);
  EXPECT_DOUBLE_EQ(order_inversions(forwards, 4), 1);
}

/// In every second round each pair of units is inverted once: two of four rounds, where six inversions are possible.
TEST(step_order, of_rounds_that_turn_back_each_time_has_its_known_inversions) {
  order const snake{0, 1, 2, 3, 3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0};
  EXPECT_DOUBLE_EQ(order_inversions(snake, 4), 2.0 / 6);
  EXPECT_DOUBLE_EQ(out_of_turn_share(snake, 4), 9.0 / 15);
}

TEST(step_order, with_two_neighbours_exchanged_has_one_inversion_and_three_steps_out_of_turn) {
  order const exchanged{0, 1, 2, 1, 0, 2};
  EXPECT_DOUBLE_EQ(order_inversions(exchanged, 3), 1.0 / 3);
  EXPECT_DOUBLE_EQ(out_of_turn_share(exchanged, 3), 3.0 / 5);
}

/// Each of two workers has its own three units take turns; which worker is next is left to chance.
TEST(step_order, of_two_workers_abreast_is_out_of_turn_but_hardly_inverted) {
  constexpr unsigned steps_of_worker = 300;
  order of;
  unsigned made[2]{};
  for (std::uint64_t toss = 0; of.size() < std::size_t{2} * steps_of_worker; ++toss) {
    unsigned worker = static_cast<unsigned>(workloads::mix(toss) % 2);
    if (made[worker] == steps_of_worker) worker = 1 - worker;
    of.push_back(2 * (made[worker]++ % 3) + worker);
  }
  EXPECT_GT(out_of_turn_share(of, 6), 0.6);
  EXPECT_LT(order_inversions(of, 6), 0.03);
}

TEST(step_order, left_to_chance_has_the_inversions_of_the_definition) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    auto const by_chance = shuffled(rounds(5, 7), seed);
    double const found = order_inversions(by_chance, 5);
    EXPECT_NEAR(found, inversions_by_definition(by_chance, 5, 7), 1e-12) << seed;
    EXPECT_LE(found, 1);
  }
}

TEST(step_order, left_to_chance_is_out_of_turn_as_often_as_chance_has_it) {
  auto const by_chance = shuffled(rounds(8, 2000), 1);
  EXPECT_NEAR(out_of_turn_share(by_chance, 8), 1 - 1.0 / 8, 0.02);
}

TEST(step_order, of_one_unit_or_of_single_steps_is_in_turn) {
  EXPECT_EQ(order_inversions(order(9, 0), 1), 0);
  EXPECT_EQ(out_of_turn_share(order(9, 0), 1), 0);
  EXPECT_EQ(order_inversions(rounds(9, 1), 9), 0);
  EXPECT_EQ(out_of_turn_share(rounds(9, 1), 9), 0);
}

}  // namespace
}  // namespace unitcost::measures
