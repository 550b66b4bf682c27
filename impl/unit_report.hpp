// What units report outside of a join: a fixed block in memory that is mapped shared before anything is
// spawned, so that a forked child reports exactly as a coroutine does.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "workloads/splitmix64.hpp"

namespace unitcost {

/// Proof that N units were alive: each calls `arrive` once. A lost unit is missing in the count, a unit that
/// ran twice shows in both, and two faults that cancel in the count do not cancel in the sum of hashes.
/// Lives in a shared mapping; lock-free atomics are address-free, so it works between processes.
struct unit_arrivals {
  std::atomic<std::uint64_t> count{0};
  std::atomic<std::uint64_t> checksum{0};

  /// Neighbouring indices have unrelated hashes.
  static constexpr std::uint64_t hash(std::uint64_t index) { return workloads::mix(index); }

  void arrive(std::uint64_t index) {
    checksum.fetch_add(hash(index), std::memory_order_relaxed);
    // Release: whoever sees the count also sees what the unit wrote (its touched pages, the checksum).
    count.fetch_add(1, std::memory_order_release);
  }

  /// Returns once `expected` units have arrived. Polls: this is never timed, and std::atomic's own wait is
  /// private to a process. A unit that never arrives is ended by the supervisor's time limit.
  void await(std::uint64_t expected) const {
    while (count.load(std::memory_order_acquire) < expected) std::this_thread::yield();
  }
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace unitcost
