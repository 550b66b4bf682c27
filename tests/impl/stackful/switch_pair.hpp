// Two contexts, the caller's and one on a stack of its own, that cross the bare switch with poisoned registers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "impl/runtime/sanitizer_fiber.hpp"
#include "impl/stackful/context_switch.hpp"
#include "tests/impl/stackful/register_poison.hpp"

namespace unitcost::fibers {

class switch_pair {
 public:
  switch_pair() : other_(prepare_context(stack_ + sizeof stack_, &switch_pair::live, this)) {}

  /// To the other context and back, `turns` times. Returns the registers lost on either side.
  std::uint64_t cross(unsigned turns) {
    for (unsigned turn = 0; turn < turns; ++turn) {
      here_as_seen_.leave_for(other_as_seen_);
      lost_ |= unitcost_poison_across(&unitcost_switch_context, &here_, other_, 1000);
      here_as_seen_.arrive_from(other_as_seen_);
    }
    return lost_;
  }
  unsigned visits() const { return visits_; }
  double sum() const { return sum_; }

 private:
  /// The other context: keeps a floating-point value across each of its own switches.
  static void live(void*, void* argument) {
    auto& pair = *static_cast<switch_pair*>(argument);
    for (double value = 0.5;; value += 1.0) {
      pair.other_as_seen_.arrive_from(pair.here_as_seen_);
      ++pair.visits_;
      pair.sum_ += value;
      pair.other_as_seen_.leave_for(pair.here_as_seen_);
      pair.lost_ |= unitcost_poison_across(&unitcost_switch_context, &pair.other_, pair.here_, 2000);
    }
  }

  alignas(64) std::byte stack_[64 * 1024];
  void* here_ = nullptr;
  void* other_;
  runtime::sanitizer_fiber here_as_seen_;
  runtime::sanitizer_fiber other_as_seen_{stack_, sizeof stack_};
  std::uint64_t lost_ = 0;
  unsigned visits_ = 0;
  double sum_ = 0;
};

}  // namespace unitcost::fibers
