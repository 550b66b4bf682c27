// The fibers of a worker that others hold, and what each and its starter know of each other.
#pragma once

#include <list>
#include <memory>
#include <utility>

#include "impl/model.hpp"
#include "impl/runtime/timers.hpp"
#include "impl/stackful/fork_join/join_counter.hpp"

namespace unitcost::fibers {

struct fiber;

/// Of one worker, which is alone.
struct held_state {
  started_as as;
  fiber* who = nullptr;                                      ///< null: it has ended
  fiber* joiner = nullptr;                                   ///< its starter, suspended until it has ended
  runtime::timer* limit = nullptr;                           ///< or until this is due
  std::list<std::shared_ptr<held_state>>::iterator place{};  ///< in the worker's list
};

/// Those that have not ended, oldest first.
class held_fibers {
 public:
  bool empty() const { return alive_.empty(); }
  /// The parent of all, which waits for none.
  join_counter& parent() { return parent_; }

  /// `listed` holds the fiber's state alone.
  void add(fiber& unit, std::list<std::shared_ptr<held_state>>& listed) noexcept {
    listed.front()->who = &unit;
    listed.front()->place = listed.begin();
    alive_.splice(alive_.end(), listed);
  }
  /// The last that is done with the state: its handle may be gone.
  void remove(held_state& ended) { alive_.erase(ended.place); }
  fiber& take_oldest() {
    fiber& oldest = *std::exchange(alive_.front()->who, nullptr);
    alive_.pop_front();
    return oldest;
  }

 private:
  std::list<std::shared_ptr<held_state>> alive_;
  join_counter parent_;
};

}  // namespace unitcost::fibers
