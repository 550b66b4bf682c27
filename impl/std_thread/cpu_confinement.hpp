// Confining everything that a thread starts to some CPUs.
#pragma once

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>
#include <vector>

namespace unitcost::models {

/// Until its destruction the calling thread, and each thread started by it or by these, runs on the named CPUs only;
/// an empty list confines nothing. Destroyed by the thread that made it.
class cpu_confinement {
 public:
  explicit cpu_confinement(std::vector<int> const& cpus) : confined_(!cpus.empty()) {
    if (!confined_) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int const cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &set);
    // The kernel ignores CPUs that are not ours as long as one is: each has to be asked for.
    if (::sched_getaffinity(0, sizeof before_, &before_) != 0) fail(errno, "reading the allowed CPUs");
    for (int const cpu : cpus)
      if (!CPU_ISSET(static_cast<std::size_t>(cpu), &before_))
        fail(EINVAL, "confining threads to cpu " + std::to_string(cpu));
    if (::sched_setaffinity(0, sizeof set, &set) != 0) fail(errno, "confining threads to the given CPUs");
  }
  cpu_confinement(cpu_confinement const&) = delete;
  cpu_confinement& operator=(cpu_confinement const&) = delete;
  ~cpu_confinement() {
    if (confined_) ::sched_setaffinity(0, sizeof before_, &before_);
  }

 private:
  [[noreturn]] static void fail(int error, std::string const& what) {
    throw std::system_error(error, std::generic_category(), what);
  }

  bool confined_;
  cpu_set_t before_{};
};

}  // namespace unitcost::models
