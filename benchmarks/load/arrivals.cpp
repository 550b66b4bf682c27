#include "benchmarks/load/arrivals.hpp"

#include <cmath>

#include "workloads/splitmix64.hpp"

namespace unitcost::load {

namespace {

/// Uniform in (0, 1]: its logarithm is finite.
double above_zero(workloads::splitmix64& random) { return (static_cast<double>(random.next() >> 11) + 1) * 0x1p-53; }

}  // namespace

std::vector<std::int64_t> arrivals_ns(arrival_plan const& plan, std::int64_t duration_ns) {
  double const gap_ns = 1e9 / plan.per_second;
  auto const end_ns = static_cast<double>(duration_ns);
  std::vector<std::int64_t> times;
  workloads::splitmix64 random(plan.seed);
  auto const next_of = [&](double time_ns) {
    // Of the number and not of the last time: rounding must not add up to another rate.
    if (plan.by == spacing::constant) return static_cast<double>(times.size()) * gap_ns;
    return time_ns - gap_ns * std::log(above_zero(random));
  };
  for (double time_ns = next_of(0); time_ns < end_ns; time_ns = next_of(time_ns))
    times.push_back(static_cast<std::int64_t>(time_ns));
  return times;
}

}  // namespace unitcost::load
