#include <fmt/format.h>
#include <sched.h>

#include <stdexcept>

#include "benchmarks/harness/commands/commands.hpp"

namespace unitcost::harness {

std::vector<int> usable_cpus(command_line const& line) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  ::sched_getaffinity(0, sizeof allowed, &allowed);
  if (line.cpus.empty()) {
    std::vector<int> all;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
      if (CPU_ISSET(static_cast<std::size_t>(cpu), &allowed)) all.push_back(cpu);
    return all;
  }
  for (int cpu : line.cpus)
    if (cpu >= CPU_SETSIZE || !CPU_ISSET(static_cast<std::size_t>(cpu), &allowed))
      throw std::invalid_argument(fmt::format("--cpus: this process may not run on CPU {} (see taskset -p)", cpu));
  return line.cpus;
}

std::vector<unsigned> worker_counts(command_line const& line, std::size_t cpu_count) {
  if (!line.workers.empty()) return line.workers;
  std::vector<unsigned> counts;
  for (unsigned count = 1; count < cpu_count; count *= 2) counts.push_back(count);
  counts.push_back(static_cast<unsigned>(cpu_count));
  return counts;
}

}  // namespace unitcost::harness
