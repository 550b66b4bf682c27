// Known answers: metrics that say themselves where the truth lies.
#pragma once

#include <string>
#include <vector>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

/// One sentence for each known answer that the run did not find: its 95 % interval over repetitions lies wholly
/// elsewhere. Fewer than six repetitions have no interval and judge nothing.
std::vector<std::string> unfound_answers(std::vector<record> const& records);

}  // namespace unitcost::harness
