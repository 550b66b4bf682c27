#include "impl/process/held_process.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "impl/process/child_end.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::processes {
namespace {

/// Whether it becomes readable, which a process's descriptor is from its end on, before `until_ns`.
bool readable_until(int descriptor, std::int64_t until_ns) {
  pollfd watched{.fd = descriptor, .events = POLLIN, .revents = 0};
  for (;;) {
    std::int64_t const left_ns = std::max<std::int64_t>(until_ns - runtime::now_ns(), 0);
    timespec const left{.tv_sec = left_ns / 1'000'000'000, .tv_nsec = left_ns % 1'000'000'000};
    int const ready = ::ppoll(&watched, 1, &left, nullptr);
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waiting for a process's descriptor");
  }
}

}  // namespace

void held_process::become(started_as const& as, pid_t parent) {
  ::prctl(PR_SET_NAME, as.name.c_str());  // cut by the kernel
  if (!as.daemon) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);
}

held_process::~held_process() {
  if (pid_ == 0) return;
  if (as_.daemon) ::kill(pid_, SIGKILL);
  reap_quietly(pid_);
}

void held_process::join() {
  if (pid_ == 0) return;
  child_end const end = reap(std::exchange(pid_, 0));
  descriptor_.reset();
  if (!end.clean()) failure_->record_end(end);
  failure_->rethrow();
}

bool held_process::join_within(std::int64_t limit_ns) {
  if (pid_ == 0) return true;
  std::int64_t const until_ns = runtime::now_ns() + limit_ns;
  if (descriptor_.get() < 0)  // no race: the pid is its own until it is reaped
    descriptor_ = runtime::opened(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)),
                                  "opening a process's descriptor (pidfd_open, Linux 5.3)");
  if (!readable_until(descriptor_.get(), until_ns)) return false;
  join();
  return true;
}

bool held_process::alive() const { return pid_ != 0 && !peek_end(pid_); }

}  // namespace unitcost::processes
