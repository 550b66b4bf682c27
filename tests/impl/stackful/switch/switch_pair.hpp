// Two contexts, the caller's and one on a stack of its own, that cross a bare switch with poisoned registers.
#pragma once

#include <unwind.h>

#include <cstddef>
#include <cstdint>

#include "impl/runtime/sanitizer_fiber.hpp"
#include "impl/stackful/switch/context_switch.hpp"
#include "impl/stackful/switch/inline_switch.hpp"
#include "tests/impl/stackful/switch/control_words.hpp"
#include "tests/impl/stackful/switch/register_poison.hpp"

namespace unitcost::fibers {

/// The switch that is a function.
struct out_of_line_switch {
  using context = void*;
  static context prepare(void* top, context_entry entry, void* argument) {
    return prepare_context(top, entry, argument);
  }
  static std::uint64_t cross_poisoned(context& save, context& resume, std::uint64_t seed) {
    return unitcost_poison_across(&unitcost_switch_context, &save, resume, seed);
  }
};

/// The switch that is a part of its caller: here of a function whose own callee-saved registers the compiler has to
/// keep.
struct inlined_switch {
  using context = inline_context;
  static context prepare(void* top, context_entry entry, void* argument) {
    return prepare_inline_context(top, entry, argument);
  }
  static std::uint64_t cross_poisoned(context& save, context& resume, std::uint64_t seed) {
    return unitcost_poison_across(&cross, reinterpret_cast<void**>(&save), &resume, seed);
  }

 private:
  [[gnu::noinline]] static void* cross(void** save, void* resume, void* message) {
    return switch_context_inline(*reinterpret_cast<context*>(save), *static_cast<context*>(resume), message);
  }
};

/// The frames that the unwinder finds from here, and why it went no further.
struct back_trace {
  unsigned frames = 0;
  _Unwind_Reason_Code end = _URC_NO_REASON;
};
inline back_trace take_back_trace() {
  back_trace trace;
  auto const count = [](_Unwind_Context*, void* counter) {
    return ++*static_cast<unsigned*>(counter) < 1000 ? _URC_NO_REASON : _URC_NORMAL_STOP;
  };
  trace.end = _Unwind_Backtrace(count, &trace.frames);
  return trace;
}

template <class Switch>
class switch_pair {
 public:
  switch_pair() : other_(Switch::prepare(stack_ + sizeof stack_, &switch_pair::live, this)) {}

  /// To the other context and back, `turns` times. Returns the registers lost on either side.
  std::uint64_t cross(unsigned turns) {
    for (unsigned turn = 0; turn < turns; ++turn) {
      here_as_seen_.leave_for(other_as_seen_);
      lost_ |= Switch::cross_poisoned(here_, other_, 1000);
      here_as_seen_.arrive();
    }
    return lost_;
  }
  unsigned visits() const { return visits_; }
  double sum() const { return sum_; }
  unsigned other_control_word() const { return other_control_word_; }
  back_trace other_back_trace() const { return other_back_trace_; }

 private:
  /// The other context: keeps a floating-point value across each of its own switches.
  static void live(void*, void* argument) {
    auto& pair = *static_cast<switch_pair*>(argument);
    for (double value = 0.5;; value += 1.0) {
      pair.other_as_seen_.arrive();
      ++pair.visits_;
      pair.sum_ += value;
      pair.other_control_word_ = rounding_control_words();
      pair.other_back_trace_ = take_back_trace();
      pair.other_as_seen_.leave_for(pair.here_as_seen_);
      pair.lost_ |= Switch::cross_poisoned(pair.other_, pair.here_, 2000);
    }
  }

  alignas(64) std::byte stack_[64 * 1024];
  typename Switch::context here_{};
  typename Switch::context other_;
  runtime::sanitizer_fiber here_as_seen_;
  runtime::sanitizer_fiber other_as_seen_{stack_, sizeof stack_};
  std::uint64_t lost_ = 0;
  unsigned visits_ = 0;
  double sum_ = 0;
  unsigned other_control_word_ = 0;
  back_trace other_back_trace_;
};

}  // namespace unitcost::fibers
