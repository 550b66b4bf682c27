// The suite's models against the references of a run: contenders, and what is written by hand as a base line.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

/// For each reference, model of ours and case that both ended `ok`: the time per unit, hop or request (or the memory)
/// of both, and the ratio of the two. The ratio is taken within each round, whose two repetitions ran minutes apart at
/// most (--paired: seconds, but for a disturbed one, which is repeated later), and is the median over rounds with its
/// distribution-free 95 % interval. Behind the cases, for each pair, the geometric mean of its ratios. Empty when there
/// are no references; `references` that are no model of these records are not looked for. A case is the same of two
/// models when its name without the model is; `plain_names` has those, by the case's name, of which it is another one
/// ("spawn/idle/from:unit/cores:1" of "spawn/std_thread/idle/stack:default/from:unit/cores:1").
std::string ratio_table(std::vector<record> const& records, std::vector<std::string> const& references,
                        std::map<std::string, std::string> const& plain_names = {});

}  // namespace unitcost::harness
