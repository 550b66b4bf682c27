// A ring of contexts that hand a token around by nothing but a switch: no scheduler, no queue. What several ways to
// switch have in common, so that their times differ by the switch alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <thread>
#include <utility>

#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/pinning.hpp"
#include "impl/runtime/sanitizer_fiber.hpp"
#include "impl/runtime/stack_mapping.hpp"

namespace unitcost::runtime {

/// `Switch` is the way to switch:
///
///   using context = …;                                       // a suspended one; by default none
///   template <class Member> static void prepare(Member& member, stack_span stack);
///             // member.suspended becomes a context on `stack` that begins with member.live(), which never returns
///   template <class Member> static Member& hand_over(Member& self);
///             // from self to *self.next; returns self when *self.previous has handed over to it. Where a switch can
///             // bring a message, it is the receiver itself: a register, where self would be read from its stack
template <class Switch>
class bare_ring {
 public:
  bare_ring(ring_shape const& shape, std::size_t stack_bytes)
      : shape_(shape), stacks_(stack_bytes, stack_guard::none, shape.units) {
    members_.emplace_back(*this);
    for (unsigned index = 1; index < shape.units; ++index) members_.emplace_back(*this, stacks_.take());
    for (member* before = &members_.back(); member & each : members_) {
      before->next = &each;
      each.previous = std::exchange(before, &each);
    }
  }

  /// Once, on the thread that becomes unit 0. Where it has ended the others are still suspended; they are dropped, as
  /// they own nothing but their stack.
  ring_outcome run() {
    member* self = &members_.front();
    turn_ = self->next;
    std::int64_t const start_ns = now_ns();
    for (std::uint64_t round = 0; round < shape_.rounds; ++round) {
      if (self->next != self) self = &self->hand_over();
      receive(*self);
    }
    outcome_.elapsed_ns = now_ns() - start_ns;
    for (member& each : members_) {
      outcome_.switches += each.received;
      std::construct_at(&each.suspended);
    }
    return outcome_;
  }

 private:
  struct member {
    explicit member(bare_ring& of) : ring(of) {}  // the thread's own stack
    member(bare_ring& of, stack_span stack) : ring(of), seen(stack.data(), stack.size()) {
      Switch::prepare(*this, stack);
    }

    [[noreturn]] void live() {
      seen.arrive();
      for (member* self = this;; self = &self->hand_over()) self->ring.receive(*self);
    }
    member& hand_over() {
      seen.leave_for(next->seen);
      member& self = Switch::hand_over(*this);
      self.seen.arrive();
      return self;
    }

    typename Switch::context suspended{};
    bare_ring& ring;
    member* next = nullptr;
    member* previous = nullptr;
    std::uint64_t received = 0;  // each its own: one count for all would be waited for longer than the switch lasts
    [[no_unique_address]] sanitizer_fiber seen;
  };

  void receive(member& self) {
    ++self.received;
    if (turn_ != &self) [[unlikely]]
      ++outcome_.out_of_order;
    turn_ = self.next;
  }

  ring_shape shape_;
  stack_mapping stacks_;
  std::deque<member> members_;    // which stay where they are
  member const* turn_ = nullptr;  // whose turn it is to receive
  ring_outcome outcome_;
};

/// On a thread of its own, pinned to the first of where.cpus.
template <class Switch>
ring_outcome run_bare_ring(ring_shape const& shape, std::size_t stack_bytes, placement const& where) {
  ring_outcome outcome;
  std::exception_ptr failure;
  std::thread([&] {
    try {
      pin_to(where.cpus, 0);
      outcome = bare_ring<Switch>(shape, stack_bytes).run();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure != nullptr) std::rethrow_exception(failure);
  return outcome;
}

}  // namespace unitcost::runtime
