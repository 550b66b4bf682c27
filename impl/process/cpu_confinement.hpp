// Confining the calling thread, and whatever it forks meanwhile, to some CPUs.
#pragma once

#include <sched.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

#include "impl/model.hpp"

namespace unitcost::processes {

/// The CPUs of workers 0 … where.workers - 1; children inherit them through fork and exec. Does nothing for an empty
/// list. The destructor gives back what was allowed before.
class cpu_confinement {
 public:
  explicit cpu_confinement(placement const& where) : active_(!where.cpus.empty()) {
    if (!active_) return;
    check(::sched_getaffinity(0, sizeof before_, &before_), "reading the allowed cpus");
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    for (unsigned worker = 0; worker < where.workers; ++worker)
      CPU_SET(static_cast<std::size_t>(where.cpus[worker % where.cpus.size()]), &allowed);
    check(::sched_setaffinity(0, sizeof allowed, &allowed), "confining units to the cpus of the placement");
  }
  cpu_confinement(cpu_confinement const&) = delete;
  cpu_confinement& operator=(cpu_confinement const&) = delete;
  ~cpu_confinement() {
    if (active_) ::sched_setaffinity(0, sizeof before_, &before_);
  }

 private:
  static void check(int outcome, char const* what) {
    if (outcome != 0) throw std::system_error(errno, std::generic_category(), what);
  }

  bool active_;
  cpu_set_t before_{};
};

}  // namespace unitcost::processes
