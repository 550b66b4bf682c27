// Who comes last: a fiber that waits for its children, or one of them.
#pragma once

#include <atomic>
#include <cstdint>

namespace unitcost::fibers {

/// One parent's, for one set of children after the other. `Atomic` is what a test that explores all interleavings puts
/// there.
template <template <class> class Atomic = std::atomic>
class outstanding_children {
 public:
  /// Parent only, before the child can run. Relaxed: the child is published later, by a release of its own.
  void add_child() { count_.fetch_add(1, std::memory_order_relaxed); }

  /// A child's last access: true if it was the last and the parent waits; the caller owns the parent then.
  /// Release: the child's result, to whoever sees the count. Acquire: the last one resumes the parent, which must see
  /// the results of all, and takes over its frames. Each read-modify-write continues the release sequences before it.
  bool child_arrives() { return count_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

  /// Parent only: true when it need not wait. Acquire: the children's results.
  bool have_all_arrived() const { return count_.load(std::memory_order_acquire) == 1; }

  /// On behalf of the parent, which is suspended: true if all children have arrived. Otherwise the last of them becomes
  /// the parent's owner, perhaps before this returns. Release: the suspended frames. Acquire: the children's results.
  bool parent_arrives() { return count_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

  /// Parent only, after the wait. Relaxed: it is alone, and publishes the next child later.
  void reset() { count_.store(1, std::memory_order_relaxed); }

 private:
  // The children that have not ended, and 1 for the parent until it waits: so a child that ends early cannot
  // believe that it is the last.
  Atomic<std::uint64_t> count_{1};
};

}  // namespace unitcost::fibers
