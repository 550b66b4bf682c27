// Known answers: metrics that say themselves where the truth lies.
#pragma once

#include <string>
#include <vector>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

/// One sentence for each known answer that the run did not find: its 95 % interval over repetitions lies wholly
/// elsewhere. Fewer than six repetitions have no interval and judge nothing.
std::vector<std::string> unfound_answers(std::vector<record> const& records);

/// One sentence for each case of known answers of which too few repetitions are left to judge it, because others were
/// unstable. What nobody disproved is not thereby found.
std::vector<std::string> unestablished_answers(std::vector<record> const& records);

}  // namespace unitcost::harness
