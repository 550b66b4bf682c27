#include "impl/runtime/bare_ring.hpp"

#include <gtest/gtest.h>

#include <system_error>

#include "impl/stackful/bare_switches.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::runtime {
namespace {

constexpr std::size_t stack_bytes = 64 * 1024;

TEST(bare_ring, counts_each_hand_over_once_and_in_order) {
  for (unsigned const units : {1u, 2u, 3u, 64u}) {
    ring_shape const shape{.units = units, .rounds = 10, .by = handover::bare};
    ring_outcome const went = run_bare_ring<fibers::switch_out_of_line>(shape, stack_bytes, {});
    EXPECT_EQ(went.switches, units * shape.rounds);
    EXPECT_EQ(went.out_of_order, 0u);
  }
}

TEST(bare_ring, passes_on_to_its_caller_that_it_may_not_use_the_cpu) {
  placement const nowhere{.workers = 1, .cpus = {1023}};
  EXPECT_THROW(run_bare_ring<fibers::switch_out_of_line>({.units = 2}, stack_bytes, nowhere), std::system_error);
}

/// The fault planted: the third hand-over leaves out one unit.
struct switch_that_skips_a_unit : fibers::switch_out_of_line {
  inline static unsigned hand_overs = 0;

  template <class Member>
  static Member& hand_over(Member& self) {
    Member* const next = ++hand_overs == 3 ? self.next->next : self.next;
    return *static_cast<Member*>(unitcost_switch_context(&self.suspended, next->suspended, next));
  }
};

TEST(bare_ring, shows_a_switch_that_leaves_out_a_unit) {
  if (sanitizer_divisor != 1) GTEST_SKIP() << "the sanitizer would be told of another stack than is switched to";
  ring_shape const shape{.units = 5, .rounds = 10, .by = handover::bare};
  ring_outcome const went = run_bare_ring<switch_that_skips_a_unit>(shape, stack_bytes, {});
  EXPECT_EQ(went.out_of_order, 1u);
  EXPECT_EQ(went.switches, shape.units * shape.rounds - 1);
}

}  // namespace
}  // namespace unitcost::runtime
