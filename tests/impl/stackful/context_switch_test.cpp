#include "impl/stackful/context_switch.hpp"

#include <gtest/gtest.h>
#include <unwind.h>

#include <cstdint>
#include <memory>

#include "impl/stackful/scheduler.hpp"
#include "tests/impl/stackful/register_poison.hpp"
#include "tests/impl/stackful/switch_pair.hpp"

namespace unitcost::fibers {
namespace {

TEST(context_switch, preserves_every_callee_saved_register_on_both_sides) {
  auto const pair = std::make_unique<switch_pair>();
  EXPECT_EQ(pair->cross(100), 0u);
  EXPECT_EQ(pair->visits(), 100u);
}

TEST(context_switch, keeps_floating_point_values_of_a_suspended_context) {
  auto const pair = std::make_unique<switch_pair>();
  pair->cross(4);
  EXPECT_EQ(pair->sum(), 0.5 + 1.5 + 2.5 + 3.5);
}

// The fault planted: a switch that loses one register.
TEST(register_poison, finds_a_lost_register) {
  EXPECT_EQ(unitcost_poison_across(&unitcost_lose_second_register, nullptr, nullptr, 1000), second_register);
}

TEST(context_switch, ends_a_back_trace_in_the_entry_of_the_unit) {
  unsigned frames = 0;
  _Unwind_Reason_Code end = _URC_NO_REASON;
  scheduler one_worker({.bytes = 64 * 1024}, {}, 4);
  one_worker.run([&](fiber&) {
    auto const count = [](_Unwind_Context*, void* counter) {
      return ++*static_cast<unsigned*>(counter) < 1000 ? _URC_NO_REASON : _URC_NORMAL_STOP;
    };
    end = _Unwind_Backtrace(count, &frames);
  });
  EXPECT_EQ(end, _URC_END_OF_STACK);
  EXPECT_GE(frames, 2u);
  EXPECT_LT(frames, 50u);
}

}  // namespace
}  // namespace unitcost::fibers
