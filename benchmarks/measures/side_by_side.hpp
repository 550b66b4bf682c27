// Two ways of doing the same, timed by turns in one process, so that their ratio is taken between neighbours and a
// drift of the machine touches both.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/harness/records/statistics.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::measures {

struct side_by_side {
  double ours_ns = 0, bare_ns = 0;  ///< medians
  double ratio = 0;                 ///< the median of ours / bare within each pair
  std::uint64_t pairs = 0;
};

/// (ours, bare), of neighbours.
inline side_by_side compare_pairs(std::vector<std::pair<double, double>> const& pairs) {
  std::vector<double> ours, bare, ratios;
  for (auto const& [our, bares] : pairs) {
    ours.push_back(our);
    bare.push_back(bares);
    ratios.push_back(our / bares);
  }
  return {harness::median(ours), harness::median(bare), harness::median(ratios), pairs.size()};
}

/// How many iterations of a loop take `slice_ns` or more: a power of two. `timed(n)` returns the nanoseconds of n.
template <class Timed>
std::uint64_t iterations_in(std::int64_t slice_ns, Timed timed) {
  std::uint64_t iterations = 1;
  while (timed(iterations) < slice_ns) iterations *= 2;
  return iterations;
}

/// Long enough that two readings of the clock are nothing, short enough that few are interrupted.
inline constexpr std::int64_t slice_ns = 200'000;

/// Times slices of both loops by turns for `measuring_s`, eight pairs at least; each goes first in every other pair.
/// Nanoseconds are those of one iteration.
template <class Ours, class Bare>
side_by_side time_by_turns(double measuring_s, Ours ours, Bare bare) {
  std::uint64_t const iterations = iterations_in(slice_ns, ours);
  auto const per_iteration = [iterations](auto& timed) {
    return static_cast<double>(timed(iterations)) / static_cast<double>(iterations);
  };
  per_iteration(bare);  // warms it; the search for the number has warmed the other
  std::int64_t const deadline_ns = runtime::now_ns() + static_cast<std::int64_t>(measuring_s * 1e9);
  std::vector<std::pair<double, double>> pairs;
  while (pairs.size() < 8 || runtime::now_ns() < deadline_ns) {
    bool const ours_first = pairs.size() % 2 == 0;
    double const first = ours_first ? per_iteration(ours) : per_iteration(bare);
    double const second = ours_first ? per_iteration(bare) : per_iteration(ours);
    pairs.emplace_back(ours_first ? first : second, ours_first ? second : first);
  }
  return compare_pairs(pairs);
}

}  // namespace unitcost::measures
