// A child process and its one owner.
#pragma once

#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <cerrno>
#include <utility>

namespace unitcost::harness {

/// Killed and reaped at the end of its life, unless its end has been awaited.
class owned_child {
 public:
  owned_child() = default;
  explicit owned_child(pid_t process) : process_(process) {}
  owned_child(owned_child const&) = delete;
  owned_child& operator=(owned_child&& other) noexcept {
    std::swap(process_, other.process_);
    return *this;
  }
  ~owned_child() {
    if (process_ < 0) return;
    ::kill(process_, SIGKILL);
    await_end();
  }

  pid_t id() const { return process_; }

  /// Its wait status, once it has ended; it is nobody's from then on.
  int await_end() {
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    return status;
  }

 private:
  pid_t process_ = -1;
};

}  // namespace unitcost::harness
