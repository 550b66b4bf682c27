// The brigade without units: a state machine written by hand, which is what its cost is compared with.
#pragma once

#include "benchmarks/measures/waiting/brigade.hpp"

namespace unitcost::measures {

/// Does all units' parts, in one loop over epoll.
void carry_by_hand(brigade_run& run);

void add_brigade_floor_cases(harness::registry& all);

}  // namespace unitcost::measures
