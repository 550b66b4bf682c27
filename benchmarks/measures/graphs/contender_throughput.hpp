// throughput of contenders: the same graphs, run by programs that are no part of the suite.
//
// A contender says how long how many runs took, and what one of them came to; everything else follows here, as for our
// own models. It has no serial run beside, hence no speed-up.
#pragma once

#include <string_view>

#include "benchmarks/harness/cases/registry.hpp"
#include "workloads/workload.hpp"

namespace unitcost::measures {

/// A case for each graph of each workload that a contender offers. Throws std::invalid_argument for one that offers
/// a measure or workload that there is not.
void add_contender_throughput(harness::registry& all);

/// Completes `out` by what a contender wrote: its facts as metrics if they are those of the oracle and can be true of a
/// program that lived for `lived_ns`, its end and reason otherwise. Throws std::invalid_argument when it is no answer.
void read_contender_throughput(std::string_view written, std::int64_t lived_ns, outcome const& expected,
                               harness::record& out);

}  // namespace unitcost::measures
