// How a supervised process ended, in words.
#pragma once

#include <string>

#include "benchmarks/harness/supervision/supervised_process.hpp"

namespace unitcost::harness {

/// By itself, with status 0.
bool exited_well(process_outcome const& outcome);
/// "killed by Segmentation fault: " and what it printed.
std::string how_it_died(process_outcome const& outcome);
/// ": " and what it printed, without the last line's end; empty when it printed nothing.
std::string printed_text(process_outcome const& outcome);

}  // namespace unitcost::harness
