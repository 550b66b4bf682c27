#include "benchmarks/harness/machine/kernel_settings.hpp"

#include <algorithm>

#include "benchmarks/harness/machine/cgroup_hierarchy.hpp"
#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {
namespace {

/// "always [madvise] never" -> "madvise"
std::optional<std::string> chosen_of(std::optional<std::string> const& choices) {
  if (!choices) return std::nullopt;
  auto const open = choices->find('['), close = choices->find(']');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  return choices->substr(open + 1, close - open - 1);
}

/// Each group above limits too; the hierarchy's root has no pids.max, where the climb ends.
std::optional<std::uint64_t> tightest_pids_max(std::filesystem::path const& root) {
  auto const hierarchy = cgroup_hierarchy::detect(root);
  auto const own = hierarchy.folders.find(cgroup_controller::process_count);
  if (own == hierarchy.folders.end()) return std::nullopt;
  std::optional<std::uint64_t> tightest;
  for (auto folder = own->second;; folder = folder.parent_path()) {
    system_file const limit(folder / "pids.max");
    if (!limit.readable()) return tightest;
    if (auto const tasks = limit.number_if_readable()) tightest = std::min(tightest.value_or(*tasks), *tasks);
  }
}

}  // namespace

kernel_settings kernel_settings::read(std::filesystem::path const& root) {
  auto const number = [&](char const* path) { return system_file(root / path).number_if_readable(); };
  auto const text = [&](char const* path) { return system_file(root / path).text_if_readable(); };
  return {.release = text("proc/sys/kernel/osrelease"),
          .huge_pages = chosen_of(text("sys/kernel/mm/transparent_hugepage/enabled")),
          .clocksource = text("sys/devices/system/clocksource/clocksource0/current_clocksource"),
          .autogroup = number("proc/sys/kernel/sched_autogroup_enabled"),
          .address_randomisation = number("proc/sys/kernel/randomize_va_space"),
          .pid_max = number("proc/sys/kernel/pid_max"),
          .threads_max = number("proc/sys/kernel/threads-max"),
          .max_map_count = number("proc/sys/vm/max_map_count"),
          .overcommit = number("proc/sys/vm/overcommit_memory"),
          .perf_event_paranoid = number("proc/sys/kernel/perf_event_paranoid"),
          .pids_cgroup_max = tightest_pids_max(root)};
}

}  // namespace unitcost::harness
