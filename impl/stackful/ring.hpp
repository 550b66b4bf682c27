// A ring of fibers on one worker: unit i hands a token to unit (i + 1) % units.
#pragma once

#include <cstdint>
#include <vector>

#include "impl/model.hpp"
#include "impl/stackful/fork_join/fiber.hpp"
#include "impl/stackful/fork_join/join_counter.hpp"

namespace unitcost::fibers {

/// yield: the scheduler's round robin brings the token to the next unit. transfer: each unit names the next.
/// Must outlive the scheduler it runs on: after a failure members may still be there.
class ring {
 public:
  explicit ring(ring_shape const& shape) : shape_(shape) {}

  /// The root of a run: becomes unit 0, makes the others, and times the token's way.
  void lead(fiber& self);
  ring_outcome const& outcome() const { return outcome_; }

 private:
  template <handover By>
  void lead_by(fiber& self);
  template <handover By>
  void follow_by(fiber& self, unsigned index);
  template <handover By>
  void make_members(fiber& self);
  void receive(unsigned index);
  unsigned after(unsigned index) const { return index + 1 < shape_.units ? index + 1 : 0; }

  ring_shape shape_;
  ring_outcome outcome_;
  unsigned turn_ = 0;  // whose turn it is to receive
  std::vector<fiber*> members_;
  join_counter followers_;
};

}  // namespace unitcost::fibers
