// Waiting, on a thread that is no worker, for what tasks have counted.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace unitcost::models::tbb_parts {

/// Polls: never timed, and the caller has nothing else to do.
inline void await(std::atomic<std::uint64_t> const& counter, std::uint64_t expected) {
  // Acquire: pairs with the release of the unit that counted itself, whose place or outcome is read next.
  while (counter.load(std::memory_order_acquire) < expected) std::this_thread::yield();
}

}  // namespace unitcost::models::tbb_parts
