// What a contender says it is and can do: the answer to `describe`.
#pragma once

#include <string_view>

#include "benchmarks/harness/contenders/contender.hpp"
#include "benchmarks/harness/contenders/contender_command.hpp"
#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

/// The contender that `printed` describes. Throws std::invalid_argument that says what is wrong and how to mend it.
contender parse_description(contender_command const& which, std::string_view printed);

/// As `describe` prints it.
json description_of(contender const& what);

}  // namespace unitcost::harness
