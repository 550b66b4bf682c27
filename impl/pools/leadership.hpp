// Who of several threads waits for events: the leader, one at a time. The others follow.
#pragma once

#include <condition_variable>
#include <mutex>

namespace unitcost::pools {

/// Nobody leads for ever while somebody follows: whenever the place becomes free, a follower is woken, and if a thread
/// that comes back is faster than that one, it has the duty to free the place in its turn.
class leadership {
 public:
  /// A follower until nobody leads, then the leader.
  void lead() {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [this] { return !is_led_; });
    is_led_ = true;
  }

  /// The leader's: one of the followers, if there are any, or whoever comes back first, leads from now on. What the
  /// leader did before is seen by its successors.
  void promote_follower() {
    {
      std::lock_guard const hold(mutex_);
      is_led_ = false;
    }
    freed_.notify_one();  // not under the lock, which the woken one needs
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  bool is_led_ = false;
};

}  // namespace unitcost::pools
