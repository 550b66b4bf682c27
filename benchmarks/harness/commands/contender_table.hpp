// The suite's models against the contenders of a run.
#pragma once

#include <string>
#include <vector>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

/// For each contender, model of ours and case that both ended `ok`: the time per unit of both, and the ratio of the
/// two. The ratio is taken within each round, whose two repetitions ran minutes apart at most, and is the median over
/// rounds with its distribution-free 95 % interval. Behind the cases, for each pair, the geometric mean of its ratios.
/// Empty when there are no contenders.
std::string contender_table(std::vector<record> const& records, std::vector<std::string> const& contenders);

}  // namespace unitcost::harness
