#include "benchmarks/harness/machine/process_memory.hpp"

#include <fmt/format.h>

#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {

std::uint64_t own_reserved_bytes(std::filesystem::path const& root) {
  return system_file(root / "proc/self/status").value("VmSize");
}

std::uint64_t reserved_bytes(std::vector<int> const& processes, std::filesystem::path const& root) {
  std::uint64_t sum = 0;
  for (int const process : processes) sum += system_file(root / fmt::format("proc/{}/status", process)).value("VmSize");
  return sum;
}

}  // namespace unitcost::harness
