// POSIX's semaphore: sem_init(3) and what goes with it.
#pragma once

#include <semaphore.h>

#include <cerrno>
#include <system_error>

#include "impl/runtime/futex.hpp"

namespace unitcost::runtime {

/// Between processes where it is made in shared memory: the one that made it destroys it, when nobody waits any more.
/// Throws std::system_error.
class posix_semaphore {
 public:
  explicit posix_semaphore(unsigned count, sharing between = sharing::processes) {
    require(::sem_init(&count_, between == sharing::processes ? 1 : 0, count), "sem_init");
  }
  posix_semaphore(posix_semaphore const&) = delete;
  posix_semaphore& operator=(posix_semaphore const&) = delete;
  ~posix_semaphore() { ::sem_destroy(&count_); }

  /// Waits for the count to be above 0, and takes one. A signal does not end the wait.
  void acquire() {
    acquire([] {});
  }
  /// Calls `interrupted()` each time that a signal's handler has interrupted the wait. It may throw: nothing is taken.
  template <class Interrupted>
  void acquire(Interrupted&& interrupted) {
    while (::sem_wait(&count_) != 0) {
      if (errno != EINTR) fail("sem_wait");
      interrupted();
    }
  }
  /// False where the count is 0.
  bool try_acquire() {
    while (::sem_trywait(&count_) != 0) {
      if (errno == EAGAIN) return false;
      if (errno != EINTR) fail("sem_trywait");
    }
    return true;
  }
  /// Also in a signal's handler.
  void release() { require(::sem_post(&count_), "sem_post"); }

 private:
  [[noreturn]] static void fail(char const* doing) { throw std::system_error(errno, std::generic_category(), doing); }
  static void require(int outcome, char const* doing) {
    if (outcome != 0) fail(doing);
  }

  sem_t count_;
};

}  // namespace unitcost::runtime
