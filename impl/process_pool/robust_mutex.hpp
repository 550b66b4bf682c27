// A mutex between processes that tells when one of them died holding it.
#pragma once

#include <pthread.h>

#include <cerrno>
#include <system_error>

#include "impl/process/unit_crashed.hpp"

namespace unitcost::processes {

/// Lives in a shared region; a BasicLockable. When its owner dies the next lock says EOWNERDEAD instead of sleeping for
/// ever (pthread_mutexattr_setrobust(3)). What it guarded may be half changed then: from there on every lock throws.
class robust_mutex {
 public:
  robust_mutex() {
    pthread_mutexattr_t attributes;
    check(::pthread_mutexattr_init(&attributes));
    check(::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED));
    check(::pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
    check(::pthread_mutex_init(&mutex_, &attributes));
    ::pthread_mutexattr_destroy(&attributes);
  }
  robust_mutex(robust_mutex const&) = delete;
  robust_mutex& operator=(robust_mutex const&) = delete;
  /// Not destroyed: a killed process may still count as its owner, and glibc keeps nothing outside of it.
  ~robust_mutex() = default;

  void lock() {
    int const error_number = ::pthread_mutex_lock(&mutex_);
    if (error_number == 0) return;
    // Unlocked without having been made consistent, it is ENOTRECOVERABLE for everyone from now on.
    if (error_number == EOWNERDEAD) ::pthread_mutex_unlock(&mutex_);
    if (error_number == EOWNERDEAD || error_number == ENOTRECOVERABLE)
      throw unit_crashed("a process died while it held a lock that others share", 0, 0);
    check(error_number);
  }
  void unlock() { ::pthread_mutex_unlock(&mutex_); }

 private:
  static void check(int error_number) {
    if (error_number != 0)
      throw std::system_error(error_number, std::generic_category(), "a mutex shared between processes");
  }

  pthread_mutex_t mutex_{};
};

}  // namespace unitcost::processes
