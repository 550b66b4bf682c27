// The guardian outlives a supervisor that is killed, and clears away what it was running.
#pragma once

#include <sys/types.h>

#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::harness {

/// A small process that waits for the supervisor's end on a pipe. Destroying the object ends it in peace; when the
/// supervisor dies without that (kill -9), the pipe closes and the guardian kills every process that carries the
/// supervisor's mark and removes its cgroups. Make it before anything is measured; it sleeps all the while.
class guardian {
 public:
  guardian();
  guardian(guardian const&) = delete;
  guardian& operator=(guardian const&) = delete;
  ~guardian();

 private:
  pid_t process_ = -1;
  runtime::owned_descriptor lifeline_;
};

}  // namespace unitcost::harness
