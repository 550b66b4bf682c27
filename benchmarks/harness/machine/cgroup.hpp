// One control group that exists: its limits, its counters and its processes, the same for v1 and v2.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/machine/cgroup_hierarchy.hpp"

namespace unitcost::harness {

/// Refers to a group, owns none. Each operation throws system_file_error when a file it needs is missing or refuses.
class cgroup {
 public:
  cgroup(cgroup_version version, cgroup_folders folders);

  /// Memory and swap together: what exceeds it is killed by the kernel. Set once, before anything joins.
  void set_memory_limit(std::uint64_t bytes) const;
  /// Tasks (processes and threads) that may exist at once: beyond it fork fails with EAGAIN.
  void set_process_limit(std::uint64_t tasks) const;

  /// From now on the kernel counts what sockets made by processes here have buffered. v2 always does; v1 counts what it
  /// has been given a limit for, here one that is never met.
  void count_socket_buffers() const;
  bool counts_socket_buffers() const;

  /// Moves the calling process here. Only open, write and close on paths built beforehand: may be called in a forked
  /// child of a process with threads, before exec. Returns 0 or errno.
  int join_self() const noexcept;

  std::uint64_t oom_kills() const;           ///< processes killed here, not beneath, for want of memory
  std::uint64_t process_limit_hits() const;  ///< forks refused here, not beneath, by the limit of tasks
  std::uint64_t cpu_ns() const;              ///< CPU time of all that ran here or beneath, the ended included
  std::uint64_t memory_bytes() const;        ///< charged now, in the kernel's steps: for limits, not for footprint

  /// All processes here and in groups beneath, zombies not included.
  std::vector<int> processes() const;

  /// SIGKILL to all processes here and beneath, until none is left; new ones are prevented. Gives up after ten
  /// seconds (a process in uninterruptible sleep) and returns false. Never kills the caller. Zombies remain for their
  /// parents to reap.
  bool kill_all() const noexcept;

  cgroup_version version() const { return version_; }
  cgroup_folders const& folders() const { return folders_; }

 private:
  std::filesystem::path file(cgroup_controller controller, std::string_view v1_name, std::string_view v2_name) const;
  std::uint64_t events_here(std::filesystem::path const& events, std::string_view key) const;
  std::vector<std::filesystem::path> distinct_folders() const;
  void signal_all() const;

  cgroup_version version_;
  cgroup_folders folders_;
  std::vector<std::string> join_paths_;  ///< cgroup.procs per distinct folder
};

}  // namespace unitcost::harness
