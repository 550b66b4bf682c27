// What this machine can and cannot measure: the findings of `unitcost doctor`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace unitcost::harness {

enum class capability_state : std::uint8_t { ok, weakened, missing };
std::string_view to_string(capability_state state);

struct capability_check {
  std::string name;
  capability_state state = capability_state::ok;
  std::string finding;               ///< what was seen, with its number
  std::vector<std::string> affects;  ///< measures that are weakened; empty when ok
  std::string remedy;                ///< a command or a setting; empty when ok
};

/// System calls that are tried. Each returns 0 or the errno that tells why not.
struct kernel_probes {
  std::function<int()> perf_counters;  ///< counting the CPU cycles of this process
  std::function<int()> io_uring;
  std::function<int()> pidfd;

  static kernel_probes live();
};

/// Every check, in the order in which to read them. Files are read beneath `root`; resource limits are the caller's.
std::vector<capability_check> check_machine(std::filesystem::path const& root = "/",
                                            kernel_probes const& probes = kernel_probes::live());

}  // namespace unitcost::harness
