// Whether a CPU shares its core with somebody whom no counter of this machine shows: on a virtual machine, the guest of
// a neighbour on the core's other hardware thread.
//
// Two fixed pieces of work tell. The wide one has six chains of simple operations side by side, as many as a core can
// execute at once: a neighbour takes some of its slots. The narrow one is a single chain of multiplications, which
// waits for its own results and leaves a neighbour all the slots that it wants. The clock rate moves both alike, so
// their ratio grows with a neighbour alone. On EPYC guests it stays within 0.1 to 3 % while the core is its own, and
// rises by 18 to 90 % at once for milliseconds to seconds; then futex hand-overs, forks and plain recursion take 1.2 to
// 1.4 times as long, and a switch of fibers twice, while steal stays 0.
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace unitcost::harness {

/// The time of the wide work over that of the narrow, on `cpu`, now: each is the median of some tries, 0.6 ms in all.
/// Throws std::system_error when the calling thread may not run there.
double wide_to_narrow(int cpu);

class core_contention {
 public:
  explicit core_contention(std::function<double(int cpu)> measure = wide_to_narrow) : measure_(std::move(measure)) {}

  /// How many times as long as in quiet moments wide code takes now, on the worst of `cpus`; 1 is undisturbed. Quiet is
  /// the lower quartile of the ratios seen so far: some are too small, when something else delayed the narrow work. A
  /// core that was shared at more than three looks of four passes for a quiet one.
  double slowdown(std::span<int const> cpus);
  /// The same, for who looks again and again until a moment is quiet: his looks do not tell what is usual.
  double slowdown_now(std::span<int const> cpus) const;

 private:
  double over_quiet(double ratio) const { return std::max(1.0, ratio / seen_[seen_.size() / 4]); }

  std::function<double(int cpu)> measure_;
  std::vector<double> seen_;  ///< ascending, of all CPUs: they are of one kind
};

/// Above it a core counts as shared: between the 3 % of a quiet core and the 18 % of one that is shared all the time.
inline constexpr double tolerated_slowdown = 1.05;

}  // namespace unitcost::harness
