// How long the kernel of the workload grain takes here: the rod by which tasks of a wanted length are made.
#pragma once

#include <vector>

namespace unitcost::measures {

/// Nanoseconds of one iteration while each of `cpus` runs it, averaged over their rates: two CPUs that share a core or
/// a clock budget are slower together than alone, which is no fault of a model's.
double kernel_iteration_ns(std::vector<int> const& cpus);

}  // namespace unitcost::measures
