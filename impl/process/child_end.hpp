// How a child process ended, from waitid(2).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace unitcost::processes {

struct child_end {
  pid_t pid = 0;
  int signal = 0;  ///< what killed it; 0 where it left by itself
  int status = 0;  ///< its exit status where it left by itself

  bool clean() const { return signal == 0 && status == 0; }
  /// "process 4711 was killed by signal 11 (Segmentation fault)"
  std::string description() const;
};

/// Blocks until the child has ended and reaps it: afterwards no zombie is left of it.
child_end reap(pid_t pid);

/// As `reap`, for destructors, where it does not matter how the child ended.
void reap_quietly(pid_t pid) noexcept;

/// Looks whether the child has ended, without reaping it and without blocking.
std::optional<child_end> peek_end(pid_t pid);

}  // namespace unitcost::processes
