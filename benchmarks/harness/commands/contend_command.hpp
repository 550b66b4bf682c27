// `unitcost contend MODEL describe|measure CASE`: this build as a contender in the run of another one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/contenders/contender_answer.hpp"
#include "benchmarks/harness/contenders/contender_order.hpp"

namespace unitcost::harness {

/// Speaks the protocol; see docs/CONTENDERS.md. Returns the exit code. Throws std::invalid_argument for bad usage.
int contend_command(std::vector<std::string> const& arguments, std::function<void(registry&)> const& add_cases);

/// What `model` of this build can do for another's run.
contender described_model(registry const& all, std::string const& model);

/// Runs the case of that order with `model`, in this process.
contender_answer run_as_contender(registry const& all, std::string const& model, contender_order const& order);

}  // namespace unitcost::harness
