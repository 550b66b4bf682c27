// A mutex whose waiters switch by themselves: who has to wait parks, and the scheduler runs who is ready.
#pragma once

#include <utility>

namespace unitcost::runtime {

/// Between units of a transferring Context (impl/model.hpp) on one worker. First come, first served: who waits is
/// linked on its own stack, and unlock hands the mutex over to the first of them, so that nobody can come between.
/// Nothing is allocated.
template <class Context>
class unit_mutex {
 public:
  void lock(Context& self) {
    if (std::exchange(held_, true)) wait_as(self);
  }
  /// By its holder, `self`, which goes on.
  void unlock(Context& self) {
    if (first_ == nullptr) {
      held_ = false;
      return;
    }
    place& next = *std::exchange(first_, first_->next);
    next.holds = true;
    self.wake(next.who);
  }

 private:
  /// On the stack of who waits.
  struct place {
    Context& who;
    place* next = nullptr;
    bool holds = false;
  };

  /// Parks as often as it is woken by others than who unlocks.
  void wait_as(Context& self) {
    place own{self};
    (first_ == nullptr ? first_ : last_->next) = &own;
    last_ = &own;
    while (!own.holds) self.park();
    // `first_` was moved on by who unlocked, as g++ 12 cannot know (-Wdangling-pointer).
    first_ = first_ == &own ? nullptr : first_;
    last_ = last_ == &own ? nullptr : last_;
  }

  bool held_ = false;
  place* first_ = nullptr;
  place* last_ = nullptr;
};

}  // namespace unitcost::runtime
