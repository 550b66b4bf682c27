// Where workers without work sleep, and who wakes them.
#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "impl/runtime/futex.hpp"

namespace unitcost::fibers {

/// A berth per worker. No wake-up is lost: a worker first says that it is parked and then looks for work
/// once more; a producer first publishes work and then looks who is parked. All four accesses are seq_cst, so in
/// their single total order at least one of the two sees the other; with acquire/release both might look too early.
class parking {
 public:
  explicit parking(std::size_t workers) : berths_(workers) {}

  /// Sleeps as worker `index` until woken, unless `has_work()`, which reads with seq_cst, says otherwise.
  template <class HasWork>
  void park(std::size_t index, HasWork has_work) {
    runtime::futex_word& place = berths_[index].parked;
    parked_count_.fetch_add(1, std::memory_order_seq_cst);
    place.store(1, std::memory_order_seq_cst);
    if (has_work()) {
      claim(place);
      return;
    }
    while (place.load(std::memory_order_acquire) == 1) runtime::futex_wait(place, 1);
  }

  /// Call after publishing work with a seq_cst store: wakes one parked worker, if there is one.
  void wake_one() {
    if (parked_count_.load(std::memory_order_seq_cst) <= 0) return;
    for (berth& each : berths_) {
      if (each.parked.load(std::memory_order_seq_cst) == 0 || !claim(each.parked)) continue;
      runtime::futex_wake(each.parked, 1);
      return;
    }
  }

  void wake_all() {
    for (berth& each : berths_)
      if (claim(each.parked)) runtime::futex_wake(each.parked, 1);
  }

 private:
  struct alignas(64) berth {
    runtime::futex_word parked{0};
  };

  /// True for the one who ends this stay: the count goes down once for each time it went up.
  bool claim(runtime::futex_word& place) {
    if (place.exchange(0, std::memory_order_acq_rel) == 0) return false;
    parked_count_.fetch_sub(1, std::memory_order_relaxed);
    return true;
  }

  std::vector<berth> berths_;
  alignas(64) std::atomic<int> parked_count_{0};
};

}  // namespace unitcost::fibers
