// Our two switches as runtime::bare_ring takes them.
#pragma once

#include "impl/runtime/stack_mapping.hpp"
#include "impl/stackful/switch/context_switch.hpp"
#include "impl/stackful/switch/inline_switch.hpp"

namespace unitcost::fibers {

template <class Member>
[[noreturn]] void live(void*, void* member) {
  static_cast<Member*>(member)->live();
}

/// handover::bare
struct switch_out_of_line {
  using context = void*;

  template <class Member>
  static void prepare(Member& member, runtime::stack_span stack) {
    member.suspended = prepare_context(stack.data() + stack.size(), &live<Member>, &member);
  }
  template <class Member>
  static Member& hand_over(Member& self) {
    return *static_cast<Member*>(unitcost_switch_context(&self.suspended, self.next->suspended, self.next));
  }
};

/// handover::bare_inline
struct switch_inline {
  using context = inline_context;

  template <class Member>
  static void prepare(Member& member, runtime::stack_span stack) {
    member.suspended = prepare_inline_context(stack.data() + stack.size(), &live<Member>, &member);
  }
  template <class Member>
  [[gnu::always_inline]] static Member& hand_over(Member& self) {
    return *static_cast<Member*>(switch_context_inline(self.suspended, self.next->suspended, self.next));
  }
};

}  // namespace unitcost::fibers
