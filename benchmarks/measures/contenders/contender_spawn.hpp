// spawn of contenders: how long one more unit of a program takes that is no part of the suite, unit by unit.
#pragma once

#include <cstdint>
#include <string>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/contenders/contender_answer.hpp"
#include "benchmarks/harness/records/record.hpp"

namespace unitcost::measures {

/// A case for each that a contender offers to spawn from, on one core and on two.
void add_contender_spawn(harness::registry& all);

/// Completes `out` by what a contender says of its samples. Returns why it cannot be: a unit did not answer, or a time
/// is not possible of a program that lived for `lived_ns`; empty: it can. Throws std::invalid_argument where samples
/// are missing.
std::string complete_by_spawns(harness::contender_answer const& answer, std::int64_t lived_ns, harness::record& out);

}  // namespace unitcost::measures
