// What the scheduler knows of a coroutine: the part of its promise that does not depend on its result's type.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>

#include "impl/stackless/fork_join/cached_frame.hpp"
#include "impl/stackless/fork_join/split_join.hpp"

namespace unitcost::stackless_runtime {

/// How a unit was started, hence where control goes when it ends.
enum class start : std::uint8_t {
  plain,    ///< as a plain call: back to whoever made it, below on the native stack
  called,   ///< to its parent
  spawned,  ///< to its parent, unless a thief has that: then they meet at the parent's join (split_join.hpp)
  root,     ///< nowhere: the run has ended
};

enum class progress : std::uint8_t { unfinished, returned, failed };

/// A unit belongs to one thread at a time: whoever takes its continuation (resumes it, pops it from the deque or
/// steals it) owns all but what its children write: failed_, and their arrival at its join.
class unit : public cached_frame {
 public:
  unit() : frame_size_(this_thread_frames.size_of_last_made()) {}

  /// For a unit that has ended on the thread that made it: its variables are gone, its parameters and its promise need
  /// no destructor, so all that is left to do is to give the memory back; `destroy` would find out by two indirect
  /// jumps that there is nothing else.
  void free_frame() noexcept {
    if (frame_size_ == frame_cache::too_large) [[unlikely]]
      handle().destroy();
    else
      this_thread_frames.give_back(handle().address(), frame_size_);
  }
  /// As free_frame, for a unit that another thread may have made.
  void free_frame_anywhere() noexcept {
    if (frame_size_ == frame_cache::too_large) [[unlikely]]
      handle().destroy();
    else
      this_thread_frames.give_home(handle().address(), frame_size_);
  }

  /// promise<T> has this class as its base, at its start and of its alignment: the handle of either is that of both.
  std::coroutine_handle<> handle() { return std::coroutine_handle<unit>::from_promise(*this); }

  void start_as_root() {
    parent_ = nullptr;
    how_ = start::root;
  }
  /// Of a unit whose plain call came back before it had ended, or that may not be one. From here on control comes to
  /// its parent, which is about to suspend, as `how` says.
  void continue_below(unit& parent, start how) {
    parent_ = &parent;
    how_ = how;
  }
  start how() const { return how_; }
  unit* parent() const { return parent_; }  ///< null for a root; not set for a plain call

  progress reached() const { return reached_; }

  /// An exception left this unit or one below it. Relaxed: a child sets it in its parent before it passes on the
  /// continuation or arrives at the join, which order it.
  void set_failed() { failed_.store(true, std::memory_order_relaxed); }
  bool failed() const { return failed_.load(std::memory_order_relaxed); }

  /// Where its children arrive.
  split_join<>& join() { return join_; }

 protected:
  void end_as(progress ended) { reached_ = ended; }

 private:
  unit* parent_;  // set by continue_below or start_as_root
  split_join<> join_;
  start how_ = start::plain;
  progress reached_ = progress::unfinished;
  std::atomic<bool> failed_{false};
  frame_cache::size_class const frame_size_;
};

}  // namespace unitcost::stackless_runtime
