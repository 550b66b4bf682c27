// throughput of contenders: the same graphs, run by programs that are no part of the suite.
//
// A contender says how long how many runs took, and what one of them came to; everything else follows here, as for our
// own models. It has no serial run beside, hence no speed-up.
#pragma once

#include <cstdint>
#include <string>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/records/record.hpp"
#include "benchmarks/harness/records/work_facts.hpp"
#include "workloads/workload.hpp"

namespace unitcost::measures {

/// A case for each graph of each workload that a contender offers.
void add_contender_throughput(harness::registry& all);

/// Completes `out` by what a contender says of its runs. Returns why that cannot be: it is not what the oracle says, or
/// not possible of a program that lived for `lived_ns`; empty: it can.
std::string complete_by_runs(harness::work_facts const& facts, std::int64_t lived_ns, outcome const& expected,
                             harness::record& out);

}  // namespace unitcost::measures
