// The crawl without units: a state machine written by hand, which is what its cost is compared with.
#pragma once

#include "benchmarks/measures/waiting/crawl.hpp"

namespace unitcost::measures {

/// Fetches all pages over all connections, in one loop over epoll.
void crawl_by_hand(crawl_run<workloads::no_lock>& run);

void add_crawl_floor_cases(harness::registry& all);

}  // namespace unitcost::measures
