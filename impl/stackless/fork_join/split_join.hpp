// Who comes last: a parent at its join, or one of its children.
//
// Only a stolen continuation lets parent and child run at the same time, and only then they must agree on who comes
// last. Hence the counter is split in two (Fibril: Yang and Mellor-Crummey, PPoPP 2016): the thief counts its steal in
// a plain integer, and a child whose parent was stolen counts its end in an atomic one. Without a steal a join reads
// one plain integer.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

namespace unitcost::stackless_runtime {

/// One parent's, for one set of children after the other. Whoever owns the parent (runs it, or took its continuation)
/// owns this too, but for `child_arrives`. `Atomic` is what a test that explores all interleavings puts there.
template <template <class> class Atomic = std::atomic>
class split_join {
 public:
  /// By a thief: the child that was spawned last still runs, or has just ended.
  void count_steal() { ++steals_; }
  bool was_stolen() const { return steals_ != 0; }

  /// By the owner of the parent, suspended, at its join: true if all children have ended. Otherwise the last of them
  /// becomes the owner, perhaps before this returns, and the caller must not touch the parent again.
  ///
  /// Until the join pending_ is not_joining - (children arrived); this adds steals_ - not_joining, so that whoever
  /// brings it to 0 is last. acq_rel: release hands the suspended frame to the last child; acquire makes the
  /// children's results visible. Each read-modify-write continues the release sequences of those before it.
  bool arrive_at_join() {
    std::uint32_t const difference = not_joining - steals_;
    return pending_.fetch_sub(difference, std::memory_order_acq_rel) == difference && reset();
  }
  /// By a child whose parent was stolen: true if it was the last and the parent waits; the caller owns it then.
  /// acq_rel: release passes on the child's result; acquire takes over the frame and the other children's results.
  bool child_arrives() { return pending_.fetch_sub(1, std::memory_order_acq_rel) == 1 && reset(); }

 private:
  // More than the steals between two joins can be, by as much as keeps pending_ above 1 before the join.
  static constexpr std::uint32_t not_joining = std::numeric_limits<std::uint32_t>::max();

  /// Relaxed: no child counts before the owner, this thread, has gone on and published the continuation anew.
  bool reset() {
    steals_ = 0;
    pending_.store(not_joining, std::memory_order_relaxed);
    return true;
  }

  std::uint32_t steals_ = 0;  // of the continuation, since the last join
  Atomic<std::uint32_t> pending_{not_joining};
};

}  // namespace unitcost::stackless_runtime
