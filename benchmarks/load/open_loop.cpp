#include "benchmarks/load/open_loop.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace unitcost::load {

namespace {

std::int64_t p99_ns(latency_histogram const& of) {
  return of.samples() == 0 ? 0 : of.at_rank(of.samples() - of.samples() / 100);
}

}  // namespace

std::string why_behind(open_loop_log const& log, std::size_t planned) {
  constexpr std::int64_t always_tolerated_ns = 100'000;
  constexpr double in_time_share = 0.95, idle_share = 0.05;
  std::int64_t const lag_ns = p99_ns(log.lag), latency_ns = p99_ns(log.latency);
  if (lag_ns > std::max(always_tolerated_ns, latency_ns / 10))
    return fmt::format("generator behind: its p99 of sending late is {} us, the p99 of latencies {} us", lag_ns / 1000,
                       latency_ns / 1000);
  // One that never finds nothing to do may have let answers wait, which would look as if the server had.
  if (static_cast<double>(log.answered_in_time) < in_time_share * static_cast<double>(planned) &&
      static_cast<double>(log.idle_turns) < idle_share * static_cast<double>(log.turns))
    return fmt::format("generator behind: {} of {} requests were answered in time, and it was busy throughout",
                       log.answered_in_time, planned);
  return {};
}

}  // namespace unitcost::load
