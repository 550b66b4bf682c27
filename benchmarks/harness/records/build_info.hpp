// How this binary came about; filled in by CMake.
#pragma once

#include <string>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

/// {"version", "commit", "dirty"}. The commit is that of the last build.
json tool_facts();
/// {"compiler", "flags", "type"}.
json build_facts();
/// "unitcost 0.1.0 (commit, compiler)".
std::string version_text();

}  // namespace unitcost::harness
