#include <fmt/format.h>

#include <stdexcept>

#include "benchmarks/harness/commands/commands.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::harness {

std::vector<int> usable_cpus(command_line const& line) {
  if (line.cpus.empty()) return runtime::allowed_cpus();
  cpu_set_t const allowed = runtime::allowed_cpu_set();
  for (int const cpu : line.cpus)
    if (!runtime::contains(allowed, cpu))
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
