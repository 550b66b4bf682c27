// CPU time, user and system, of other processes: of all their threads, also of those that have ended.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace unitcost::harness {

/// What each has used until now, by its id. Without those that are gone.
using cpu_times_ns = std::map<int, std::int64_t>;

cpu_times_ns cpu_times_of(std::vector<int> const& processes);

/// What they used between the two; who came meanwhile has used all of its own. Nothing where one has gone, since nobody
/// knows what it used last.
std::optional<std::int64_t> cpu_ns_between(cpu_times_ns const& before, cpu_times_ns const& after);

}  // namespace unitcost::harness
