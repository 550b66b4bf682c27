// An atomic variable whose operations come late at random, so that threads meet between any two steps of a protocol.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "impl/runtime/futex.hpp"

namespace unitcost::stress {

/// Mostly nothing, sometimes up to some hundred instructions, rarely the processor is given away.
struct random_delay {
  std::uint32_t state = 1;

  std::uint32_t next() {
    state = state * 1664525u + 1013904223u;  // Numerical Recipes' linear congruence; its high bits are the random ones
    return state >> 16;
  }
  void operator()() {
    std::uint32_t const choice = next();
    if (choice % 32 != 0) return;
    if (choice >> 5 == 0) std::this_thread::yield();
    for (std::uint32_t step = choice >> 9; step != 0; --step) std::atomic_signal_fence(std::memory_order_seq_cst);
  }
};
inline constinit thread_local random_delay this_thread_delay;

/// Which threads wait for a futex, in a test with one word to wait for. They only release, so that they do not
/// synchronise with each other: an order that is missing in what is tested stays missing.
class futex_sleepers {
 public:
  void enter(std::atomic<std::uint32_t> const& word) {
    word_.store(&word, std::memory_order_relaxed);
    entries_.fetch_add(1, std::memory_order_relaxed);
    asleep_.fetch_add(1, std::memory_order_release);
  }
  void leave() { asleep_.fetch_sub(1, std::memory_order_release); }

  /// True if `all` threads there are sleep on a word that is 0: as only they would change it, for ever.
  bool are_all(unsigned all) const {
    std::uint64_t const entries = entries_.load();
    if (asleep_.load() != all || word_.load()->load() != 0) return false;
    return asleep_.load() == all && entries_.load() == entries;  // nobody left and came back meanwhile
  }

 private:
  std::atomic<std::uint64_t> entries_{0};
  std::atomic<unsigned> asleep_{0};
  std::atomic<std::atomic<std::uint32_t> const*> word_{nullptr};
};
inline constinit futex_sleepers sleepers;

/// In the place of std::atomic, with as much of its interface as is used.
template <class T>
class delayed_atomic {
 public:
  delayed_atomic() = default;
  explicit(false) delayed_atomic(T initial) : value_(initial) {}

  T load(std::memory_order order) const { return this_thread_delay(), value_.load(order); }
  void store(T value, std::memory_order order) { this_thread_delay(), value_.store(value, order); }
  T fetch_add(T by, std::memory_order order) { return this_thread_delay(), value_.fetch_add(by, order); }
  T fetch_sub(T by, std::memory_order order) { return this_thread_delay(), value_.fetch_sub(by, order); }
  T fetch_or(T bits, std::memory_order order) { return this_thread_delay(), value_.fetch_or(bits, order); }
  T exchange(T value, std::memory_order order) { return this_thread_delay(), value_.exchange(value, order); }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order success, std::memory_order failure) {
    return this_thread_delay(), value_.compare_exchange_strong(expected, desired, success, failure);
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order order) {
    return this_thread_delay(), value_.compare_exchange_weak(expected, desired, order);
  }

  friend void futex_wait(delayed_atomic& word, T expected, runtime::sharing between) {
    this_thread_delay();
    sleepers.enter(word.value_);
    runtime::futex_wait(word.value_, expected, between);
    sleepers.leave();
  }
  friend void futex_wake(delayed_atomic& word, int count, runtime::sharing between) {
    this_thread_delay();
    runtime::futex_wake(word.value_, count, between);
  }

 private:
  std::atomic<T> value_{};
};

}  // namespace unitcost::stress
