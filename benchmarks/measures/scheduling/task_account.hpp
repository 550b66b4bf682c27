// What the kernel has counted of the calling thread since it was made.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace unitcost::measures {

struct task_account {
  std::int64_t at_ns = 0;        ///< runtime::now_ns() of the reading
  std::int64_t running_ns = 0;   ///< on a CPU
  std::int64_t runnable_ns = 0;  ///< ready, but waiting for a CPU
  std::uint64_t switches = 0;    ///< away from it, of its own accord or not
};

/// Of one instant: it is read again where the thread lost its CPU meanwhile. Throws not_supported where the kernel does
/// not count how long a thread waits for a CPU.
task_account read_own_account();

/// Only the last of these, which costs a system call.
std::uint64_t own_switches();
/// Of them, those that were not of its own accord: another took the CPU.
std::uint64_t own_preemptions();

/// The line of a task's schedstat file: on a CPU, waiting for one (both in ns), and how often it got one.
struct queue_account {
  std::int64_t waited_ns = 0;
  std::uint64_t turns = 0;

  bool operator==(queue_account const&) const = default;
};

/// Nothing where the line is none, or one of a kernel that does not count.
std::optional<queue_account> queue_account_in(std::string_view line);

}  // namespace unitcost::measures
