// Waiting for one's children.
#pragma once

#include "impl/stackful/fork_join/outstanding_children.hpp"

namespace unitcost::fibers {

struct fiber;

/// Counts the children of one fiber at a time. It may be destroyed once `wait` has returned.
class join_counter {
 public:
  join_counter() = default;
  join_counter(join_counter const&) = delete;
  join_counter& operator=(join_counter const&) = delete;

  /// Parent only, before the child can run.
  void add_child() { children_.add_child(); }

  /// A child's last access. Returns the parent when it waits for nobody else: the caller resumes it.
  fiber* child_ended() { return children_.child_arrives() ? parent_ : nullptr; }

  /// Returns when all children have ended. `self` may go on on another worker.
  void wait(fiber& self);

 private:
  outstanding_children<> children_;
  fiber* parent_ = nullptr;  // written before the parent arrives, read by the last child after that
};

}  // namespace unitcost::fibers
