// The echo server without units: a state machine written by hand, which is what its cost is compared with.
#pragma once

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/measures/waiting/echo_service.hpp"

namespace unitcost::measures {

/// Answers all connections until their clients close, in one loop over epoll.
void answer_by_hand(echo_service& service);

void add_echo_floor_cases(harness::registry& all);

}  // namespace unitcost::measures
