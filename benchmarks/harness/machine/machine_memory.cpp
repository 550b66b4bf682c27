#include "benchmarks/harness/machine/machine_memory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {
namespace {

/// Free pages that each CPU keeps for itself: they are missing in MemFree. "count: N" once per zone and CPU.
std::uint64_t per_cpu_free_bytes(system_file const& zoneinfo) {
  std::uint64_t pages = 0;
  bool any = false;
  for (std::string const& line : zoneinfo.lines()) {
    auto const words = words_of(line);
    if (words.size() != 2 || words[0] != "count:") continue;
    auto const count = number_in(words[1]);
    if (!count) throw zoneinfo.error(fmt::format("'{}' counts no pages", line));
    pages += *count;
    any = true;
  }
  if (!any) throw zoneinfo.error("lists no pages per CPU");
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

machine_memory machine_memory::read(std::filesystem::path const& root) {
  system_file const meminfo(root / "proc/meminfo");
  auto const values = meminfo.values();
  auto const required = [&](char const* key) {
    auto const found = values.find(key);
    if (found == values.end()) throw meminfo.error(fmt::format("has no number named '{}'", key));
    return found->second;
  };
  auto const if_present = [&](char const* key) {  // Percpu is there since Linux 4.20
    auto const found = values.find(key);
    return found == values.end() ? 0 : found->second;
  };
  auto const per_cpu = per_cpu_free_bytes(system_file(root / "proc/zoneinfo"));
  auto const reusable = required("MemFree") + per_cpu + required("Buffers") + required("SReclaimable") +
                        required("Cached") - required("Shmem");
  auto const total = required("MemTotal");
  if (reusable > total) throw meminfo.error("more is free than there is");
  return {
      .used_bytes = total - reusable,
      .user_bytes = required("AnonPages") + required("Shmem"),
      .kernel_bytes = required("KernelStack") + required("PageTables") + required("SUnreclaim") + if_present("Percpu"),
      .swap_used_bytes = required("SwapTotal") - required("SwapFree")};
}

}  // namespace unitcost::harness
