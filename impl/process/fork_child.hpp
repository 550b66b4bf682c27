// fork(2) with a typed failure and an exit that keeps the parent's affairs out of the child.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>

#include "impl/process/process_limits.hpp"
#include "impl/process/shared_failure.hpp"

namespace unitcost::processes {

/// Forks a child that runs `body()` and ends; returns its pid to the parent, who has to reap it. An exception that
/// leaves `body` is recorded in `failure` and makes the exit status 1.
///
/// The child leaves through _exit: no atexit handler or destructor of the parent's runs in it, and nothing that the
/// parent left in stdio's buffers is written twice. It does not ask to die with its parent (PR_SET_PDEATHSIG): the
/// system call would be charged to every unit; the supervisor kills the process group, or who made a group for it does.
/// Throws limit_reached when the kernel refuses one more process.
template <class Body>
pid_t fork_child(shared_failure& failure, Body&& body) {
  pid_t const pid = ::fork();
  if (pid < 0) throw_launch_failure("fork", errno);
  if (pid > 0) return pid;
  try {
    body();
  } catch (...) {
    failure.record_current_exception();
    ::_exit(1);
  }
  ::_exit(0);
}

}  // namespace unitcost::processes
