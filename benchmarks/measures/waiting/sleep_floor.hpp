// The base line of latency/sleep: the same waits by hand, without units, in a loop over a table. What a model takes
// beyond it is the price of having units.
#pragma once

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/waiting/sleep.hpp"

namespace unitcost::measures {

/// How the floor finds who is due next: by a binary heap, which any delays need, or by a queue, which does for equal
/// ones.
enum class due_order : std::uint8_t { heap, queue };

/// On the calling thread.
void sleep_by_hand(due_order by, sleep_log& log);

void add_sleep_floor_cases(harness::registry& all);

}  // namespace unitcost::measures
