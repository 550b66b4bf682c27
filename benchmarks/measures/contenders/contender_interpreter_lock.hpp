// interpreter_lock of contenders: the same jobs by programs that have such a lock, or none.
#pragma once

#include <cstdint>
#include <string>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/contenders/contender_answer.hpp"
#include "benchmarks/harness/records/record.hpp"
#include "benchmarks/measures/interpreter/interpreter_lock.hpp"

namespace unitcost::measures {

/// A case for each job that a contender offers.
void add_contender_interpreter_lock(harness::registry& all);

/// Completes `out` by what a contender says of three runs of that job. Returns why it cannot be: steps are missing, or
/// it took longer than it lived; empty: it can.
std::string complete_by_job(job what, harness::contender_answer const& answer, std::int64_t lived_ns,
                            harness::record& out);

}  // namespace unitcost::measures
