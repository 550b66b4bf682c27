// From samples to a histogram that a record can carry.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

struct percentile {
  std::string_view text;  ///< "99.9"
  double share;           ///< 0.999
};
/// Those that a histogram tells, as far as it has them.
inline constexpr std::array<percentile, 4> told_percentiles{{{"50", 0.5}, {"90", 0.9}, {"99", 0.99}, {"99.9", 0.999}}};

/// Which of the sorted samples is the percentile, counted from 1. None where fewer than 10 lie beyond: it would then be
/// a matter of single samples.
std::optional<std::uint64_t> rank_of(percentile which, std::uint64_t samples);

/// The told percentiles, and buckets of a quarter octave (each bound 19 % above the last). Values must be positive;
/// smaller ones count in the lowest bucket.
histogram histogram_of(std::vector<double> samples, std::string name, std::string label, std::string unit);

}  // namespace unitcost::harness
