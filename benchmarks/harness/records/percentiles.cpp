#include "benchmarks/harness/records/percentiles.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace unitcost::harness {

histogram histogram_of(std::vector<double> samples, std::string name, std::string label, std::string unit) {
  histogram out{std::move(name), std::move(label), std::move(unit), samples.size(), {}, {}};
  std::ranges::sort(samples);
  auto const count = static_cast<double>(samples.size());
  for (auto const& [text, share] : {std::pair{"50", 0.5}, {"90", 0.9}, {"99", 0.99}, {"99.9", 0.999}}) {
    auto const rank = static_cast<std::size_t>(std::ceil(share * count));
    if (rank == 0 || samples.size() - rank < 10) continue;
    out.percentiles.emplace_back(text, samples[rank - 1]);
  }
  std::map<int, std::uint64_t> buckets;
  for (double value : samples) ++buckets[static_cast<int>(std::floor(4 * std::log2(std::max(value, 1e-3))))];
  for (auto const& [bucket, members] : buckets) out.buckets.emplace_back(std::exp2(bucket / 4.0), members);
  return out;
}

}  // namespace unitcost::harness
