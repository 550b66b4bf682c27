// The machine's memory as a whole: the account that needs no privileges.
#pragma once

#include <cstdint>
#include <filesystem>

namespace unitcost::harness {

/// One reading of /proc/meminfo and /proc/zoneinfo. Only differences between two readings mean anything, and they
/// contain whatever everybody else did in between. The kernel keeps some of the counters per CPU and adds them up
/// when they exceed a threshold of up to 125 pages (mm/vmstat.c), so differences below 1 MiB are noise.
struct machine_memory {
  /// All that is neither free nor held for reuse: MemTotal less MemFree, free pages on per-CPU lists, Buffers,
  /// SReclaimable and Cached without Shmem (Cached contains it, but a shared mapping cannot be dropped).
  std::uint64_t used_bytes = 0;
  std::uint64_t user_bytes = 0;    ///< AnonPages + Shmem
  std::uint64_t kernel_bytes = 0;  ///< KernelStack + PageTables + SUnreclaim + Percpu
  std::uint64_t swap_used_bytes = 0;

  static machine_memory read(std::filesystem::path const& root = "/");
};

}  // namespace unitcost::harness
