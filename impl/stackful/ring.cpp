#include "impl/stackful/ring.hpp"

#include "impl/runtime/clock.hpp"
#include "impl/stackful/fork_join/worker.hpp"
#include "impl/stackful/waiting/turns.hpp"

namespace unitcost::fibers {
namespace {

template <handover By>
[[gnu::always_inline]] inline void pass(fiber& self, fiber& next) {
  if constexpr (By == handover::yield)
    yield(self);
  else
    transfer(self, next);
}

}  // namespace

void ring::lead(fiber& self) {
  if (shape_.by == handover::yield)
    lead_by<handover::yield>(self);
  else
    lead_by<handover::transfer>(self);
}

template <handover By>
void ring::lead_by(fiber& self) {
  make_members<By>(self);
  fiber& next = *members_[after(0)];
  std::uint64_t received = 0;
  turn_ = after(0);
  std::int64_t const start_ns = runtime::now_ns();
  for (std::uint64_t round = 0; round < shape_.rounds; ++round) {
    pass<By>(self, next);
    ++received;
    receive(0);
  }
  outcome_.elapsed_ns = runtime::now_ns() - start_ns;
  // Under yield the others are still in the line; under transfer they are suspended and in no queue. Either way
  // they only have to end.
  if (By == handover::transfer && shape_.rounds > 0)
    for (unsigned index = 1; index < shape_.units; ++index) self.where->make_ready(*members_[index]);
  followers_.wait(self);
  outcome_.switches += received;
}

template <handover By>
void ring::make_members(fiber& self) {
  members_.reserve(shape_.units);
  members_.push_back(&self);
  for (unsigned index = 1; index < shape_.units; ++index)
    members_.push_back(&self.where->create(followers_, [this, index](fiber& member) { follow_by<By>(member, index); }));
  // In the ring's order: yield takes the oldest.
  if (By == handover::yield || shape_.rounds == 0)
    for (unsigned index = 1; index < shape_.units; ++index) self.where->make_ready(*members_[index]);
}

template <handover By>
void ring::follow_by(fiber& self, unsigned index) {
  fiber& next = *members_[after(index)];
  std::uint64_t received = 0;  // its own until the end: one count for all would be waited for longer than a transfer
  for (std::uint64_t round = 0; round < shape_.rounds; ++round) {
    ++received;
    receive(index);
    pass<By>(self, next);
  }
  outcome_.switches += received;
}

void ring::receive(unsigned index) {
  if (turn_ != index) [[unlikely]]
    ++outcome_.out_of_order;
  turn_ = after(index);
}

}  // namespace unitcost::fibers
