#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "benchmarks/harness/machine/capability_check.hpp"

namespace unitcost::harness {
namespace {

int close_or_errno(long descriptor) {
  if (descriptor < 0) return errno;
  ::close(static_cast<int>(descriptor));
  return 0;
}

int try_perf_counters() {
  perf_event_attr cycles{};
  cycles.type = PERF_TYPE_HARDWARE;
  cycles.size = sizeof cycles;
  cycles.config = PERF_COUNT_HW_CPU_CYCLES;
  cycles.exclude_kernel = 1;  // allowed up to perf_event_paranoid = 2
  cycles.exclude_hv = 1;
  return close_or_errno(::syscall(SYS_perf_event_open, &cycles, 0, -1, -1, 0));
}

/// Without parameters the kernel answers EFAULT when it has io_uring, ENOSYS when it has not, and EPERM when
/// kernel.io_uring_disabled or a filter forbids it: nothing is set up.
int try_io_uring() {
  if (::syscall(SYS_io_uring_setup, 1, nullptr) >= 0) return 0;
  return errno == EFAULT ? 0 : errno;
}

int try_pidfd() { return close_or_errno(::syscall(SYS_pidfd_open, ::getpid(), 0)); }

}  // namespace

kernel_probes kernel_probes::live() { return {try_perf_counters, try_io_uring, try_pidfd}; }

}  // namespace unitcost::harness
