#include "impl/stackful/ring.hpp"

#include "impl/runtime/clock.hpp"
#include "impl/stackful/worker.hpp"

namespace unitcost::fibers {

void ring::lead(fiber& self) {
  make_members(self);
  turn_ = 1 % shape_.units;
  std::int64_t const start_ns = runtime::now_ns();
  for (std::uint64_t round = 0; round < shape_.rounds; ++round) {
    pass(self, 0);
    receive(0);
  }
  outcome_.elapsed_ns = runtime::now_ns() - start_ns;
  // Under yield the others are still in the line; under transfer they are suspended and in no queue. Either way
  // they only have to end.
  if (shape_.by == handover::transfer && shape_.rounds > 0)
    for (unsigned index = 1; index < shape_.units; ++index) self.where->make_ready(*members_[index]);
  followers_.wait(self);
}

void ring::make_members(fiber& self) {
  members_.reserve(shape_.units);
  members_.push_back(&self);
  for (unsigned index = 1; index < shape_.units; ++index)
    members_.push_back(&self.where->create(followers_, [this, index](fiber& member) { follow(member, index); }));
  // In the ring's order: yield takes the oldest.
  if (shape_.by == handover::yield || shape_.rounds == 0)
    for (unsigned index = 1; index < shape_.units; ++index) self.where->make_ready(*members_[index]);
}

void ring::follow(fiber& self, unsigned index) {
  for (std::uint64_t round = 0; round < shape_.rounds; ++round) {
    receive(index);
    pass(self, index);
  }
}

void ring::pass(fiber& self, unsigned index) {
  if (shape_.by == handover::yield)
    yield(self);
  else
    transfer(self, *members_[index + 1 < shape_.units ? index + 1 : 0]);
}

void ring::receive(unsigned index) {
  ++outcome_.switches;
  if (turn_ != index) ++outcome_.out_of_order;
  turn_ = index + 1 < shape_.units ? index + 1 : 0;
}

}  // namespace unitcost::fibers
