// How many units each thread of an arena spawned.
#pragma once

#include <tbb/task_arena.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace unitcost::models::tbb_parts {

/// One plain counter a thread, each on a cache line of its own: spawning pays an increment, never a contended line.
class unit_counts {
 public:
  explicit unit_counts(std::size_t slots) : counts_(slots) {}

  std::uint64_t& of_this_thread() {
    return counts_[static_cast<std::size_t>(::tbb::this_task_arena::current_thread_index())].made;
  }

  /// Both only between runs: the join of the root orders every thread's increments before them.
  void reset() {
    for (padded& slot : counts_) slot.made = 0;
  }
  std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (padded const& slot : counts_) sum += slot.made;
    return sum;
  }

 private:
  struct alignas(64) padded {
    std::uint64_t made = 0;
  };
  std::vector<padded> counts_;
};

}  // namespace unitcost::models::tbb_parts
