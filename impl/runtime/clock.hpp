// The one clock of the suite.
#pragma once

#include <time.h>

#include <cerrno>
#include <cstdint>

namespace unitcost::runtime {

/// CLOCK_MONOTONIC in nanoseconds: the same in all processes of the machine, never set back. Through the vDSO a
/// reading costs some 20-50 ns; what is shorter is measured in batches.
inline std::int64_t now_ns() {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// The kernel thread sleeps until now_ns() is no less. Signals do not end it.
inline void sleep_until(std::int64_t due_ns) {
  timespec const due{.tv_sec = due_ns / 1'000'000'000, .tv_nsec = due_ns % 1'000'000'000};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr) == EINTR) {
  }
}

}  // namespace unitcost::runtime
