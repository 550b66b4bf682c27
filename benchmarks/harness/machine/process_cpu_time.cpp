#include "benchmarks/harness/machine/process_cpu_time.hpp"

#include <time.h>

namespace unitcost::harness {

cpu_times_ns cpu_times_of(std::vector<int> const& processes) {
  cpu_times_ns out;
  for (int const process : processes) {
    clockid_t clock{};
    timespec used{};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &used) != 0) continue;
    out[process] = std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
  }
  return out;
}

std::optional<std::int64_t> cpu_ns_between(cpu_times_ns const& before, cpu_times_ns const& after) {
  std::int64_t sum = 0;
  for (auto const& [process, used] : before) {
    if (!after.contains(process)) return std::nullopt;
    sum -= used;
  }
  for (auto const& [process, used] : after) sum += used;
  return sum;
}

}  // namespace unitcost::harness
