// All contenders of a run, asked once before it begins what they are.
#pragma once

#include <vector>

#include "benchmarks/harness/contenders/contender.hpp"
#include "benchmarks/harness/contenders/contender_command.hpp"

namespace unitcost::harness {

/// Starts each command with `describe`, supervised and for ten seconds at most. Throws std::invalid_argument for two of
/// one name, for one that does not describe itself, and for one that is not what it was when the resumed run was begun.
std::vector<contender> call_contenders(std::vector<contender_command> const& commands);

}  // namespace unitcost::harness
