// What the kernel is set to and allows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace unitcost::harness {

/// Empty where the kernel lacks the setting or hides it.
struct kernel_settings {
  std::optional<std::string> release;
  std::optional<std::string> huge_pages;  ///< transparent ones: always, madvise or never
  std::optional<std::string> clocksource;
  std::optional<std::uint64_t> autogroup;              ///< sched_autogroup_enabled
  std::optional<std::uint64_t> address_randomisation;  ///< randomize_va_space
  std::optional<std::uint64_t> pid_max;
  std::optional<std::uint64_t> threads_max;
  std::optional<std::uint64_t> max_map_count;
  std::optional<std::uint64_t> overcommit;  ///< overcommit_memory
  std::optional<std::uint64_t> perf_event_paranoid;
  std::optional<std::uint64_t> pids_cgroup_max;  ///< the tightest of our own control group and those above

  static kernel_settings read(std::filesystem::path const& root = "/");
};

}  // namespace unitcost::harness
