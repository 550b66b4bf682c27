// Waiting for processes in tests: always bounded, never timed.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

namespace unitcost::harness {

/// Whether a process still has memory of its own: false for one that is gone and for a zombie.
inline bool still_runs(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/cmdline", std::ios::binary);
  return in.get() != std::ifstream::traits_type::eof();
}

/// Looks every 10 ms, for at most 20 s.
template <class Condition>
bool comes_true(Condition condition) {
  for (int attempt = 0; attempt < 2000; ++attempt) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

}  // namespace unitcost::harness
