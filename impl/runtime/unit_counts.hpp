// How many units each worker spawned, where workers are threads of a library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace unitcost::runtime {

/// One plain counter a worker, each on a cache line of its own: spawning pays an increment, never a contended line.
class unit_counts {
 public:
  explicit unit_counts(std::size_t workers) : counts_(workers) {}

  /// Only that worker's thread may write it.
  std::uint64_t& of(std::size_t worker) { return counts_[worker].made; }

  /// Both only between runs: the join of the root orders every thread's increments before them.
  void reset() {
    for (padded& each : counts_) each.made = 0;
  }
  std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (padded const& each : counts_) sum += each.made;
    return sum;
  }

 private:
  struct alignas(64) padded {
    std::uint64_t made = 0;
  };
  std::vector<padded> counts_;
};

}  // namespace unitcost::runtime
