#include "impl/stackful/switch/context_switch.hpp"

#include <gtest/gtest.h>
#include <cstdint>
#include <memory>

#include "impl/stackful/fork_join/scheduler.hpp"
#include "impl/stackful/switch/inline_switch.hpp"
#include "tests/impl/stackful/switch/control_words.hpp"
#include "tests/impl/stackful/switch/register_poison.hpp"
#include "tests/impl/stackful/switch/switch_pair.hpp"

namespace unitcost::fibers {
namespace {

template <class Switch>
class each_switch : public testing::Test {
 protected:
  std::unique_ptr<switch_pair<Switch>> pair_ = std::make_unique<switch_pair<Switch>>();
};
using both = testing::Types<out_of_line_switch, inlined_switch>;
TYPED_TEST_SUITE(each_switch, both);

TYPED_TEST(each_switch, preserves_every_callee_saved_register_on_both_sides) {
  EXPECT_EQ(this->pair_->cross(100), 0u);
  EXPECT_EQ(this->pair_->visits(), 100u);
}

TYPED_TEST(each_switch, keeps_floating_point_values_of_a_suspended_context) {
  this->pair_->cross(4);
  EXPECT_EQ(this->pair_->sum(), 0.5 + 1.5 + 2.5 + 3.5);
}

TYPED_TEST(each_switch, leaves_the_control_words_to_the_kernel_thread) {
  set_rounding_control_words(rounding_toward_zero);
  this->pair_->cross(1);
  unsigned const after = rounding_control_words();
  set_rounding_control_words(0);
  EXPECT_EQ(this->pair_->other_control_word(), rounding_toward_zero);
  EXPECT_EQ(after, rounding_toward_zero);
  this->pair_->cross(1);
  EXPECT_EQ(this->pair_->other_control_word(), 0u);
}

/// A leaf function keeps its variables in the red zone, below the stack pointer that the switch saves: more of them
/// than there are registers, all in use across the switch.
[[gnu::noinline]] std::uint64_t keep_many_across(inline_context& here, inline_context& other, std::uint64_t seed) {
  std::uint64_t volatile in_memory[12];
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < 12; ++i) in_memory[i] = seed + i;
  std::uint64_t const a = seed * 3, b = seed * 5, c = seed * 7, d = seed * 11, e = seed * 13, f = seed * 17;
  switch_context_inline(here, other, nullptr);
  for (std::uint64_t i = 0; i < 12; ++i) sum += in_memory[i] - i;
  return sum + a + b + c + d + e + f;
}

struct many_keepers {
  inline_context here, other;
  std::uint64_t sum = 0;
};

TEST(inline_switch, keeps_what_a_leaf_function_has_in_its_red_zone) {
  alignas(64) static std::byte stack[64 * 1024];
  many_keepers keepers;
  runtime::sanitizer_fiber here_as_seen, other_as_seen(stack, sizeof stack);
  struct argument_of_other {
    many_keepers& keepers;
    runtime::sanitizer_fiber &here_as_seen, &other_as_seen;
  } argument{keepers, here_as_seen, other_as_seen};
  keepers.other = prepare_inline_context(
      stack + sizeof stack,
      [](void*, void* passed) {
        auto& [kept, here_seen, other_seen] = *static_cast<argument_of_other*>(passed);
        for (std::uint64_t seed = 100;; ++seed) {
          other_seen.arrive();
          other_seen.leave_for(here_seen);
          kept.sum += keep_many_across(kept.other, kept.here, seed);
        }
      },
      &argument);
  std::uint64_t sum = 0;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    here_as_seen.leave_for(other_as_seen);
    sum += keep_many_across(keepers.here, keepers.other, seed);
    here_as_seen.arrive();
  }
  // Each seed counts 12 + 3 + 5 + 7 + 11 + 13 + 17 = 68 times; the other context has come back from two of its three.
  EXPECT_EQ(sum, (0u + 1u + 2u) * 68);
  EXPECT_EQ(keepers.sum, (100u + 101u) * 68);
}

// The fault planted: a switch that loses one register.
TEST(register_poison, finds_a_lost_register) {
  EXPECT_EQ(unitcost_poison_across(&unitcost_lose_second_register, nullptr, nullptr, 1000), second_register);
}

void expect_clean(back_trace const& trace) {
  EXPECT_EQ(trace.end, _URC_END_OF_STACK);
  EXPECT_GE(trace.frames, 2u);
  EXPECT_LT(trace.frames, 50u);
}

TYPED_TEST(each_switch, ends_a_back_trace_in_the_start_of_the_context_before_and_after_it_was_resumed) {
  for (unsigned turn = 0; turn < 2; ++turn) {
    this->pair_->cross(1);
    expect_clean(this->pair_->other_back_trace());
  }
}

TEST(context_switch, ends_a_back_trace_in_the_entry_of_the_unit) {
  back_trace of_unit;
  scheduler one_worker({.bytes = 64 * 1024}, {}, 4);
  one_worker.run([&](fiber&) { of_unit = take_back_trace(); });
  expect_clean(of_unit);
}

}  // namespace
}  // namespace unitcost::fibers
