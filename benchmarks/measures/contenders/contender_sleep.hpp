// latency, workload sleep, of contenders: how late units wake up of a program that is no part of the suite.
#pragma once

#include <cstdint>
#include <string>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/contenders/contender_answer.hpp"
#include "benchmarks/harness/records/record.hpp"
#include "workloads/io/sleep.hpp"

namespace unitcost::measures {

/// Of more units the samples, two of each, would be more than the 16 MiB that a record may have.
inline constexpr std::uint64_t most_contenders_sleepers = 100'000;

/// The cases that models have, up to so many units, of each contender that offers them.
void add_contender_sleep(harness::registry& all);

/// Completes `out` by what a contender says of its sleeping units. Returns why it cannot be: one did not sleep, or not
/// in full, or a time is not possible of a program that lived for `lived_ns`; empty: it can. Throws
/// std::invalid_argument where samples are missing.
std::string complete_by_wakes(workloads::sleep::parameters const& asked, harness::contender_answer const& answer,
                              std::int64_t lived_ns, harness::record& out);

}  // namespace unitcost::measures
