// Confining a thread, and everything that it starts, to some CPUs.
#pragma once

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>
#include <vector>

#include "impl/model.hpp"

namespace unitcost::runtime {

/// The CPUs that the calling thread may run on.
inline cpu_set_t allowed_cpu_set() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0)
    throw std::system_error(errno, std::generic_category(), "reading the allowed CPUs");
  return allowed;
}

/// False for a number that is no CPU's, too.
inline bool contains(cpu_set_t const& set, int cpu) { return CPU_ISSET(static_cast<std::size_t>(cpu), &set); }

inline std::vector<int> allowed_cpus() {
  cpu_set_t const allowed = allowed_cpu_set();
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (contains(allowed, cpu)) cpus.push_back(cpu);
  return cpus;
}

/// From here on the calling thread, and each thread or process started by it or by these, runs on the named CPUs only;
/// an empty list confines nothing. Throws std::system_error when one of them is not ours to use, and then nothing has
/// changed: units on fewer CPUs than were named would be measured as if they had all of them.
inline void confine_to(std::vector<int> const& cpus) {
  if (cpus.empty()) return;
  cpu_set_t const before = allowed_cpu_set();
  cpu_set_t wanted;
  CPU_ZERO(&wanted);
  for (int const cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &wanted);
  if (::sched_setaffinity(0, sizeof wanted, &wanted) != 0)
    throw std::system_error(errno, std::generic_category(), "confining units to the given CPUs");
  // The kernel leaves out CPUs that are not ours, in silence as long as one is: what it granted has to be read back.
  cpu_set_t const granted = allowed_cpu_set();
  for (int const cpu : cpus) {
    if (contains(granted, cpu)) continue;
    ::sched_setaffinity(0, sizeof before, &before);
    throw std::system_error(EINVAL, std::generic_category(), "confining units to cpu " + std::to_string(cpu));
  }
}

/// confine_to until the end of this object, which is destroyed by the thread that made it.
class cpu_confinement {
 public:
  explicit cpu_confinement(std::vector<int> const& cpus) : confined_(!cpus.empty()) {
    if (!confined_) return;
    before_ = allowed_cpu_set();
    confine_to(cpus);
  }
  cpu_confinement(cpu_confinement const&) = delete;
  cpu_confinement& operator=(cpu_confinement const&) = delete;
  ~cpu_confinement() {
    if (confined_) ::sched_setaffinity(0, sizeof before_, &before_);
  }

 private:
  bool confined_;
  cpu_set_t before_{};
};

/// The CPUs of workers 0 … where.workers - 1. For models without workers: confined to these, their units run at most
/// `workers` at a time.
inline std::vector<int> cpus_of_workers(placement const& where) {
  std::size_t const count = std::min<std::size_t>(where.cpus.size(), std::max(1u, where.workers));
  return {where.cpus.begin(), where.cpus.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace unitcost::runtime
