// What the scheduler knows of a coroutine: the part of its promise that does not depend on its result's type.
//
// A unit that is spawned puts its parent's *continuation* on the deque and runs at once (the work-first principle:
// Frigo, Leiserson, Randall, PLDI 1998). A spawn that nobody steals ends as a plain call would: the child finds its
// parent where it put it and resumes it. Only a stolen continuation lets parent and child run at the same time, and
// only then they must agree on who comes last. Hence the join's counter is split in two (Fibril: Yang and
// Mellor-Crummey, PPoPP 2016): the thief counts its steal in a plain integer, and a child whose parent was stolen
// counts its end in an atomic one. Without a steal a join reads one plain integer.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <limits>

#include "impl/stackless/frame_allocator.hpp"

namespace unitcost::stackless_runtime {

/// How a unit was started, hence where control goes when it ends.
enum class start : std::uint8_t { root, called, spawned };

/// A unit belongs to one thread at a time: whoever takes its continuation (resumes it, pops it from the deque or
/// steals it) owns all but the two atomics.
class unit {
 public:
  unit() : frame_size_(this_thread_frames.size_of_last_made()) {}

  static void* operator new(std::size_t bytes) { return this_thread_frames.allocate(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept { this_thread_frames.free(frame, bytes); }

  /// For a unit that has ended: its variables are gone, its parameters and its promise need no destructor, so all that
  /// is left to do is to give the memory back; `destroy` would find out by two indirect jumps that there is nothing
  /// else.
  void free_frame() noexcept {
    if (frame_size_ == frame_cache::too_large) [[unlikely]]
      handle().destroy();
    else
      this_thread_frames.give_back(handle().address(), frame_size_);
  }

  /// promise<T> has this class as its base, at its start and of its alignment: the handle of either is that of both.
  std::coroutine_handle<> handle() { return std::coroutine_handle<unit>::from_promise(*this); }

  void start_below(unit& parent, start how) {
    parent_ = &parent;
    how_ = how;
  }
  void start_as_root() {
    parent_ = nullptr;
    how_ = start::root;
  }
  start how() const { return how_; }
  unit* parent() const { return parent_; }

  /// An exception left this unit or one below it. Relaxed: a child sets it in its parent before it passes on the
  /// continuation or arrives at the join, which order it.
  void set_failed() { failed_.store(true, std::memory_order_relaxed); }
  bool failed() const { return failed_.load(std::memory_order_relaxed); }

  /// By a thief: the child that was spawned last still runs, or has just ended.
  void count_steal() { ++steals_; }
  bool was_stolen() const { return steals_ != 0; }

  /// By the owner of this unit, suspended, at its join: true if all children have ended. Otherwise the last of them
  /// becomes the owner, perhaps before this returns, and the caller must not touch the unit again.
  ///
  /// Until the join pending_ is not_joining - (children arrived); this adds steals_ - not_joining, so that whoever
  /// brings it to 0 is last. acq_rel: release hands the suspended frame to the last child; acquire makes the
  /// children's results visible. Each read-modify-write continues the release sequences of those before it.
  bool arrive_at_join() {
    std::uint32_t const difference = not_joining - steals_;
    return pending_.fetch_sub(difference, std::memory_order_acq_rel) == difference && reset_join();
  }
  /// By a child whose parent (this) was stolen: true if it was the last and the parent waits; the caller owns it then.
  /// acq_rel: release passes on the child's result; acquire takes over the frame and the other children's results.
  bool child_arrives() { return pending_.fetch_sub(1, std::memory_order_acq_rel) == 1 && reset_join(); }

 private:
  // More than the steals between two joins can be, by as much as keeps pending_ above 1 before the join.
  static constexpr std::uint32_t not_joining = std::numeric_limits<std::uint32_t>::max();

  /// Relaxed: no child counts before the owner, this thread, has gone on and published the continuation anew.
  bool reset_join() {
    steals_ = 0;
    pending_.store(not_joining, std::memory_order_relaxed);
    return true;
  }

  unit* parent_;              // like how_, set when it starts
  std::uint32_t steals_ = 0;  // of the continuation, since the last join
  std::atomic<std::uint32_t> pending_{not_joining};
  start how_;
  frame_cache::size_class const frame_size_;
  std::atomic<bool> failed_{false};
};

}  // namespace unitcost::stackless_runtime
