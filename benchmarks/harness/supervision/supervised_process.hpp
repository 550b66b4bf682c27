// One child process under supervision: started in a process group (and cgroup) of its own, with limits, watched until
// it ends, and cleaned up after, whatever it did.
#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/harness/machine/cgroup.hpp"
#include "benchmarks/harness/supervision/interrupt.hpp"

namespace unitcost::harness {

struct process_limits {
  double time_s = 10;
  std::uint64_t memory_bytes = 0;          ///< 0: none. Never RLIMIT_AS: that caps reserved stacks
  std::uint64_t processes = 0;             ///< 0: none. Threads count too
  std::uint64_t output_bytes = 16u << 20;  ///< of stdout + stderr, and of the record
};

/// The descriptor on which a worker finds its record's pipe.
inline constexpr int record_descriptor = 3;

/// What a child did, as seen from outside.
struct process_outcome {
  int wait_status = 0;      ///< as by waitpid
  std::string record_text;  ///< what came through the record's pipe
  std::string output;       ///< the first 4 KiB of stdout and stderr
  bool timed_out = false;
  bool output_exceeded = false;
  bool memory_exceeded = false;        ///< at the memory limit: an OOM kill in its cgroup, or polled
  bool processes_exceeded = false;     ///< a fork was refused by the process limit of its cgroup
  bool interrupted = false;            ///< the user asked to stop
  std::vector<int> left_behind;        ///< processes that were still alive when the child had ended; killed by now
  std::int64_t cpu_ns = 0;             ///< of the child and all its descendants
  std::int64_t run_queue_wait_ns = 0;  ///< of the child's main thread
  std::int64_t wall_ns = 0;            ///< from its start to its end
  rusage usage{};                      ///< of the child and those it waited for
};

/// Names and values.
using environment_variables = std::vector<std::pair<std::string, std::string>>;

/// Starts `arguments[0]` and watches it to its end. `group`: its cgroup, entered before exec; nullptr: the limits that
/// a cgroup would enforce are polled. `cpus`: those that it is confined to; empty: as this process is. `added`:
/// to its environment. When this returns, the child and everything it started are gone. Throws std::system_error when
/// it cannot be started.
process_outcome run_supervised(std::vector<std::string> const& arguments, process_limits const& limits,
                               cgroup const* group, interrupt& interruption, std::vector<int> const& cpus = {},
                               environment_variables const& added = {});

}  // namespace unitcost::harness
