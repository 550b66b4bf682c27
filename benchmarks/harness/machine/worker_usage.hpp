// What the workers of a process use while nobody gives them anything to do.
#pragma once

#include <cstdint>

namespace unitcost::harness {

/// Of everything in this process, or forked by it, but the calling thread. Differences of two readings are meant.
struct worker_usage {
  std::uint64_t workers = 0;  ///< threads of this process and child processes, now
  std::int64_t cpu_ns = 0;    ///< by the kernel's own clocks of process and thread, which include what is running now
  std::uint64_t sleeps = 0;   ///< voluntary context switches: what was woken in between had slept before
};

/// A child's share is that of all its threads for the CPU, and of its first for the sleeps. Throws std::system_error
/// when a child ends meanwhile.
worker_usage read_worker_usage();

}  // namespace unitcost::harness
