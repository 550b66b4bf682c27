#include "impl/process/child_end.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace unitcost::processes {
namespace {

/// waitid, repeated when a signal interrupts it. `si_pid` stays 0 when WNOHANG found the child still alive.
siginfo_t wait_for_end(pid_t pid, int flags) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | flags) != 0)
    if (errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "waiting for process " + std::to_string(pid));
  return info;
}

child_end from_info(siginfo_t const& info) {
  if (info.si_code == CLD_EXITED) return {info.si_pid, 0, info.si_status};
  return {info.si_pid, info.si_status, 0};
}

}  // namespace

std::string child_end::description() const {
  std::string const who = "process " + std::to_string(pid);
  if (signal == 0) return who + " left with status " + std::to_string(status);
  return who + " was killed by signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
}

child_end reap(pid_t pid) { return from_info(wait_for_end(pid, 0)); }

void reap_quietly(pid_t pid) noexcept {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<child_end> peek_end(pid_t pid) {
  siginfo_t const info = wait_for_end(pid, WNOHANG | WNOWAIT);
  if (info.si_pid == 0) return std::nullopt;
  return from_info(info);
}

}  // namespace unitcost::processes
