// The server that all visited ones are compared with: one epoll set and a state for each connection, by hand.
#pragma once

#include <cstddef>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/measures/waiting/visit_service.hpp"

namespace unitcost::measures {

/// On the calling thread. Wants a non-blocking listener. Keeps so many written bytes with each connection, which is
/// what a known answer is made of. Throws std::system_error.
void take_up_by_hand(visit_service& service, std::size_t kept_bytes = 0);

void add_visit_floor_cases(harness::registry& all);

}  // namespace unitcost::measures
