// The program, given the measures that fill its registry. main passes ours; the tests pass faulty ones as well.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"

namespace unitcost::harness {

/// Runs `unitcost` with `arguments` (without the program's name) and returns its exit code.
int run_application(std::vector<std::string> arguments, std::function<void(registry&)> const& add_cases);

}  // namespace unitcost::harness
