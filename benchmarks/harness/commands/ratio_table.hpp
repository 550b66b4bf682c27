// The suite's models against the references of a run: contenders, and what is written by hand as a base line.
#pragma once

#include <string>
#include <vector>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

/// For each reference, model of ours and case that both ended `ok`: the time per unit, hop or request of both, and the
/// ratio of the two. The ratio is taken within each round, whose two repetitions ran minutes apart at most (--paired: seconds, but for a disturbed one, which is repeated later), and is the
/// median over rounds with its distribution-free 95 % interval. Behind the cases, for each pair, the geometric mean of
/// its ratios. Empty when there are no references; `references` that are no model of these records are not looked for.
std::string ratio_table(std::vector<record> const& records, std::vector<std::string> const& references);

}  // namespace unitcost::harness
