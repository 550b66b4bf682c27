#include "benchmarks/measures/isolation/victim.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "impl/process/fork_child.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::measures {
namespace {

void become_victim(pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);
}

}  // namespace

victim::victim(std::function<void()> const& body) {
  // Its children, when it is dead, come to this process and not to the supervisor, who would find them left behind.
  ::prctl(PR_GET_CHILD_SUBREAPER, &was_subreaper_);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  try {
    pid_ = processes::fork_child(*failure_, [&body, parent = ::getpid()] {
      become_victim(parent);
      body();
    });
  } catch (...) {
    ::prctl(PR_SET_CHILD_SUBREAPER, was_subreaper_);
    throw;
  }
  ::setpgid(pid_, pid_);  // in both, so that neither has to wait for the other
}

victim::~victim() {
  if (pid_ != 0) reap();
  ::prctl(PR_SET_CHILD_SUBREAPER, was_subreaper_);
}

bool victim::ends_within(std::int64_t limit_ns) const {
  constexpr std::int64_t look_ns = 200'000;
  std::int64_t const until_ns = runtime::now_ns() + limit_ns;
  while (!processes::peek_end(pid_)) {
    std::int64_t const now_ns = runtime::now_ns();
    if (now_ns >= until_ns) return false;
    runtime::sleep_until(now_ns + look_ns);
  }
  return true;
}

processes::child_end victim::reap() {
  pid_t const pid = std::exchange(pid_, 0);
  // The group first: while the leader is not reaped, its number is nobody else's.
  if (processes::peek_end(pid))
    ::kill(-pid, SIGKILL);
  else
    while (::kill(-pid, SIGKILL) == 0 && !processes::peek_end(pid)) runtime::sleep_until(runtime::now_ns() + 50'000);
  processes::child_end const end = processes::reap(pid);
  while (::waitpid(-pid, nullptr, 0) > 0 || errno == EINTR) {
  }
  return end;
}

}  // namespace unitcost::measures
