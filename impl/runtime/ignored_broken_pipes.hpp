// Writing to whoever may have closed the other end.
#pragma once

#include <csignal>

namespace unitcost::runtime {

/// While alive, who writes to a pipe or socket that is closed at its other end gets EPIPE instead of a signal, in the
/// whole process.
class ignored_broken_pipes {
 public:
  ignored_broken_pipes() : before_(::signal(SIGPIPE, SIG_IGN)) {}
  ignored_broken_pipes(ignored_broken_pipes const&) = delete;
  ignored_broken_pipes& operator=(ignored_broken_pipes const&) = delete;
  ~ignored_broken_pipes() { ::signal(SIGPIPE, before_); }

 private:
  void (*before_)(int);
};

}  // namespace unitcost::runtime
