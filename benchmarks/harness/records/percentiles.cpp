#include "benchmarks/harness/records/percentiles.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace unitcost::harness {

std::optional<std::uint64_t> rank_of(percentile which, std::uint64_t samples) {
  auto const rank = static_cast<std::uint64_t>(std::ceil(which.share * static_cast<double>(samples)));
  if (rank == 0 || samples - rank < 10) return std::nullopt;
  return rank;
}

histogram histogram_of(std::vector<double> samples, std::string name, std::string label, std::string unit) {
  histogram out{std::move(name), std::move(label), std::move(unit), samples.size(), {}, {}, 0};
  std::ranges::sort(samples);
  for (percentile const& each : told_percentiles)
    if (auto const rank = rank_of(each, samples.size())) out.percentiles.emplace_back(each.text, samples[*rank - 1]);
  std::map<int, std::uint64_t> buckets;
  for (double value : samples) ++buckets[static_cast<int>(std::floor(4 * std::log2(std::max(value, 1e-3))))];
  for (auto const& [bucket, members] : buckets) out.buckets.emplace_back(std::exp2(bucket / 4.0), members);
  return out;
}

}  // namespace unitcost::harness
