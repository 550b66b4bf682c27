// Where workers without work sleep, so that idleness costs no CPU time and no work waits beside a sleeper.
//
// A worker is active (it runs units), searching (it looks for work) or sleeping. An active one may look for work too
// before it counts itself among the searching, which it has to do before it sleeps. One word counts the searching and
// the sleeping; a semaphore on a futex (futex(2)) puts to sleep. At most one worker is woken at a time: a notifier
// that sees a searching worker leaves it to that one, and the last worker to stop searching because it found work looks
// once more, and calls the next if there is more. So a burst of pushes costs one wake-up, not one each, and nobody is
// woken for work that is not there.
//
// Why no wake-up is lost. Five operations are seq_cst: publishing work, reading the state in `notify`, leaving the
// search for work or for sleep, and the last look that follows either; let S be their total order. All other changes of
// the state are relaxed. Each is a read-modify-write, so each reads what the one before it wrote, and S agrees with
// that order (C++20, [atomics.order] 4: what is coherence-ordered before, be it by way of relaxed operations, precedes
// in S). When `notify` reads the state after the work was published, whoever leaves the search by a later change does
// so later in S, and its last look sees the work. Now in the state that was read
//   - somebody searches: that worker leaves the search by a later change, and its last look sees the work, unless it is
//     not the last to search, which another then is.
//   - nobody searches and nobody sleeps: every worker is active and searches before it sleeps.
//   - somebody sleeps: one sleeper is turned into a searcher and gets a permit. A permit is not lost when it comes
//     before the futex_wait, which returns at once when the permits are not zero.
// (tests/impl/runtime/parking_orders_test.cpp)
#pragma once

#include <atomic>
#include <cstdint>

#include "impl/runtime/futex.hpp"

namespace unitcost::runtime {

/// `Atomic` is what a test that explores all interleavings puts there, with a futex_wait and futex_wake of its own
/// beside it; everybody else says `parking`.
template <template <class> class Atomic = std::atomic>
class parking_on {
 public:
  /// So many workers start out searching, all others active. There may be 65,535 in all.
  explicit parking_on(std::uint32_t searchers) : state_(searchers * searching) {}

  /// An active worker ran out of work.
  void begin_search() { state_.fetch_add(searching, std::memory_order_relaxed); }

  /// A searching worker found work, has taken it, and becomes active. `sees_work` as in `sleep`.
  template <class SeesWork>
  void end_search(SeesWork sees_work) {
    if (searchers(state_.fetch_sub(searching, std::memory_order_seq_cst)) == 1 && sees_work()) notify();
  }

  /// A searching worker gave up. It sleeps until it is called, and is searching again when this returns true; false:
  /// the parking is closed and the worker shall end. `sees_work` must read with seq_cst what publishers wrote.
  template <class SeesWork>
  bool sleep(SeesWork sees_work) {
    state_.fetch_add(sleeping - searching, std::memory_order_seq_cst);
    // Whoever is called by this may be this worker itself: its permit is then there before it waits for it.
    if (sees_work()) notify();
    return take_permit();
  }

  /// Whoever published work, by a seq_cst store, calls this next. A load and two compares when nobody sleeps or
  /// somebody searches.
  void notify() {
    std::uint32_t const seen = state_.load(std::memory_order_seq_cst);
    if (may_call(seen)) [[unlikely]]
      call_one(seen);
  }

  /// Every sleeper returns, and nobody sleeps again. Release: they see what the closer wrote.
  void close() {
    permits_.fetch_or(closed, std::memory_order_release);
    futex_wake(permits_, INT_MAX, sharing::threads);
  }

 private:
  static constexpr std::uint32_t searching = 1;
  static constexpr std::uint32_t sleeping = 1u << 16;
  static constexpr std::uint32_t closed = 1u << 31;

  static std::uint32_t searchers(std::uint32_t state) { return state % sleeping; }
  static bool may_call(std::uint32_t state) { return state >= sleeping && searchers(state) == 0; }

  [[gnu::noinline]] void call_one(std::uint32_t seen) {
    // The sleeper is counted as a searcher from here on, as if it had begun its search.
    while (!state_.compare_exchange_weak(seen, seen - sleeping + searching, std::memory_order_relaxed))
      if (!may_call(seen)) return;
    // Release: the called worker sees what its caller wrote.
    permits_.fetch_add(1, std::memory_order_release);
    futex_wake(permits_, 1, sharing::threads);
  }

  bool take_permit() {
    for (;;) {
      // Acquire, here and on failure: what the closer wrote.
      std::uint32_t seen = permits_.load(std::memory_order_acquire);
      while (seen != 0) {
        if ((seen & closed) != 0) return false;
        // Acquire: what the caller wrote. It need not be the one whose permit was just loaded.
        if (permits_.compare_exchange_weak(seen, seen - 1, std::memory_order_acquire)) return true;
      }
      futex_wait(permits_, 0, sharing::threads);
    }
  }

  alignas(64) Atomic<std::uint32_t> state_;       // searching in the lower half, sleeping in the upper
  alignas(64) Atomic<std::uint32_t> permits_{0};  // one for each sleeper called and not yet gone
};
using parking = parking_on<>;

}  // namespace unitcost::runtime
