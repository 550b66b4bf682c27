// What limits the number of processes on this machine, and for this user and group.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace unitcost::processes {

struct process_limit {
  std::string name;    ///< where it stands: "/proc/sys/kernel/pid_max"
  std::uint64_t most;  ///< processes and threads together, those of others included
  std::string remedy;
};

/// Every limit that fork(2) names for EAGAIN and that binds the caller. The smallest comes first.
std::vector<process_limit> process_limits();

/// The smallest of them: so many processes at most, less those that exist already. As it was at the first call: each
/// worker asks for hundreds of cases.
std::uint64_t most_processes();

/// Throws for a fork, vfork or posix_spawn that failed with `error_number`: limit_reached naming the limits and
/// their remedies for EAGAIN and ENOMEM, std::system_error for anything else. `call` names what failed.
[[noreturn]] void throw_launch_failure(char const* call, int error_number);

}  // namespace unitcost::processes
