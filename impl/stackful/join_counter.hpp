// Waiting for one's children.
#pragma once

#include <atomic>
#include <cstdint>

namespace unitcost::fibers {

struct fiber;

/// Counts the children of one fiber at a time. It may be destroyed once `wait` has returned.
class join_counter {
 public:
  join_counter() = default;
  join_counter(join_counter const&) = delete;
  join_counter& operator=(join_counter const&) = delete;

  /// Parent only, before the child can run. Relaxed: the child is published later, by a release of its own.
  void add_child() { outstanding_.fetch_add(1, std::memory_order_relaxed); }

  /// A child's last access. Returns the parent when it waits for nobody else: the caller resumes it.
  fiber* child_ended() {
    // Release: the child's result, to whoever sees the count. Acquire: the last one resumes the parent, which must
    // see the results of all, and reads parent_.
    return outstanding_.fetch_sub(1, std::memory_order_acq_rel) == 1 ? parent_ : nullptr;
  }

  /// Returns when all children have ended. `self` may go on on another worker.
  void wait(fiber& self);

 private:
  // The children that have not ended, and 1 for the parent until it waits: so a child that ends early cannot
  // believe that it is the last.
  std::atomic<std::uint64_t> outstanding_{1};
  fiber* parent_ = nullptr;
};

}  // namespace unitcost::fibers
