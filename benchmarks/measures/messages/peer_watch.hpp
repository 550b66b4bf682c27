// Waiting for a party that may be dead or broken, whatever the wait is made of.
//
// A timer interrupts the waiting thread ten times a second by a signal whose handler only counts. Each system call that
// waits then returns EINTR, and a loop sees the count: so all ways wait by their plain calls, without a time-out that
// would be measured with them. A signal that comes just before the call is made up for by the next.
#pragma once

#include <signal.h>
#include <time.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>

namespace unitcost::measures {

/// Of the thread that makes it, until its end, which is on that thread. SIGALRM is let in meanwhile; its handler and
/// whether it is blocked are left as they were found.
class peer_watch {
 public:
  static constexpr std::int64_t period_ns = 100'000'000;
  static constexpr std::int64_t for_ever = std::numeric_limits<std::int64_t>::max();

  /// `look_after` is called at each tick that finds the thread waiting, and throws where waiting is in vain.
  peer_watch(std::int64_t patience_ns, std::function<void()> look_after);
  peer_watch(peer_watch const&) = delete;
  peer_watch& operator=(peer_watch const&) = delete;
  ~peer_watch();

  /// In each loop that waits. Throws what `look_after` throws, and std::runtime_error when nothing came for so long as
  /// there is patience.
  void look() {
    // Relaxed: the handler runs on this very thread.
    if (std::uint32_t const now = ticks_.load(std::memory_order_relaxed); now != seen_) look_closely(now);
  }
  /// Something came or went: patience begins anew.
  void note_progress() { ++progress_; }

 private:
  void look_closely(std::uint32_t now);
  void restore_signal();

  std::int64_t patience_ns_;
  std::function<void()> look_after_;
  std::atomic<std::uint32_t> ticks_{0};
  std::uint32_t seen_ = 0;
  std::uint64_t progress_ = 0, progress_seen_ = 0;
  std::int64_t progress_ns_;
  timer_t timer_{};
  struct sigaction before_ {};
  bool was_blocked_ = false;
};

}  // namespace unitcost::measures
