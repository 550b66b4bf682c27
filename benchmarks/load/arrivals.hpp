// Arrivals: when the requests of an open loop are to be sent, planned before and whatever comes back.
#pragma once

#include <cstdint>
#include <vector>

namespace unitcost::load {

enum class spacing : std::uint8_t {
  constant,  ///< one gap is like the other
  poisson,   ///< gaps are exponential and independent: the sum of many clients that do not know of each other
};

struct arrival_plan {
  spacing by = spacing::poisson;
  double per_second = 1000;
  std::uint64_t seed = 0;  ///< of poisson
};

/// All that fall within `duration_ns`, in ns from its beginning, in order. The same for the same plan.
std::vector<std::int64_t> arrivals_ns(arrival_plan const& plan, std::int64_t duration_ns);

}  // namespace unitcost::load
