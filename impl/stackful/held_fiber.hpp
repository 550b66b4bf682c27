// A fiber that its starter, another one, holds.
//
// A daemon that is still there when the root ends is dropped where it is suspended: it never goes on and is not
// unwound, so what it owns beside its stack is lost, as with a daemon thread whose process ends.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string_view>
#include <utility>

#include "impl/model.hpp"
#include "impl/runtime/timers.hpp"

namespace unitcost::fibers {

struct fiber;
struct held_state;
/// Those of a worker that have not ended, oldest first.
using held_states = std::list<std::shared_ptr<held_state>>;

/// What a held fiber and its starter know of each other. Of one worker, which is alone.
struct held_state {
  started_as as;
  fiber* who = nullptr;             ///< null: it has ended
  fiber* joiner = nullptr;          ///< its starter, suspended until it has ended
  runtime::timer* limit = nullptr;  ///< or until this is due
  held_states::iterator place{};    ///< in the worker's list
};

/// For the fiber that started it, and ends after it.
class held_fiber {
 public:
  held_fiber(fiber& starter, std::shared_ptr<held_state> state) : starter_(&starter), state_(std::move(state)) {}
  held_fiber(held_fiber&&) noexcept = default;
  held_fiber& operator=(held_fiber&& other) noexcept {
    std::swap(starter_, other.starter_);
    std::swap(state_, other.state_);
    return *this;
  }
  ~held_fiber() {
    if (state_ && !state_->as.daemon) wait_for_end();
  }

  /// Throws what made the run fail.
  void join();
  /// The others run meanwhile. One that neither waits nor gives its turn away keeps its joiner waiting beyond the time.
  bool join_within(std::int64_t limit_ns);
  bool alive() const { return state_->who != nullptr; }
  std::string_view name() const { return state_->as.name; }
  bool daemon() const { return state_->as.daemon; }

 private:
  void wait_for_end();

  fiber* starter_;
  std::shared_ptr<held_state> state_;  // null: moved from
};

static_assert(unit_handle<held_fiber>);

}  // namespace unitcost::fibers
