#include "impl/runtime/baton.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>

namespace unitcost::runtime {
namespace {

/// pthread functions return their error instead of setting errno.
void require_success(int error, char const* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

/// Calls `transfer`, a read or write of `bytes` bytes, again after each signal that interrupts it.
template <class Transfer>
void transfer_whole(std::size_t bytes, char const* what, Transfer transfer) {
  ssize_t done = 0;
  do done = transfer();
  while (done < 0 && errno == EINTR);
  if (done < 0) throw std::system_error(errno, std::generic_category(), what);
  // Neither a pipe's single byte nor an eventfd's counter can be transferred in part: 0 is the end of the pipe.
  if (static_cast<std::size_t>(done) != bytes)
    throw std::system_error(EPIPE, std::generic_category(), std::string(what) + " (the other end is closed)");
}

}  // namespace

condition_variable_baton::condition_variable_baton(sharing between) {
  int const shared = between == sharing::processes ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
  pthread_mutexattr_t mutex_attributes;
  pthread_condattr_t condition_attributes;
  require_success(::pthread_mutexattr_init(&mutex_attributes), "pthread_mutexattr_init");
  require_success(::pthread_condattr_init(&condition_attributes), "pthread_condattr_init");
  require_success(::pthread_mutexattr_setpshared(&mutex_attributes, shared), "saying who shares a mutex");
  require_success(::pthread_condattr_setpshared(&condition_attributes, shared),
                  "saying who shares a condition variable");
  require_success(::pthread_mutex_init(&mutex_, &mutex_attributes), "pthread_mutex_init");
  require_success(::pthread_cond_init(&given_, &condition_attributes), "pthread_cond_init");
  ::pthread_condattr_destroy(&condition_attributes);
  ::pthread_mutexattr_destroy(&mutex_attributes);
}

void condition_variable_baton::give() {
  require_success(::pthread_mutex_lock(&mutex_), "locking a baton");
  here_ = true;
  ::pthread_mutex_unlock(&mutex_);
  // After the unlock: a taker woken under the lock would run into it and sleep a second time.
  ::pthread_cond_signal(&given_);
}

void condition_variable_baton::take() {
  require_success(::pthread_mutex_lock(&mutex_), "locking a baton");
  while (!here_) ::pthread_cond_wait(&given_, &mutex_);
  here_ = false;
  ::pthread_mutex_unlock(&mutex_);
}

void pipe_baton::give() {
  std::byte const token{1};
  transfer_whole(sizeof token, "writing to a pipe", [&] { return ::write(ends_.writing.get(), &token, sizeof token); });
}

void pipe_baton::take() {
  std::byte token{};
  transfer_whole(sizeof token, "reading from a pipe",
                 [&] { return ::read(ends_.reading.get(), &token, sizeof token); });
}

eventfd_baton::eventfd_baton() : counter_(opened(::eventfd(0, EFD_CLOEXEC), "opening an eventfd")) {}

void eventfd_baton::give() {
  std::uint64_t const one = 1;
  transfer_whole(sizeof one, "writing to an eventfd", [&] { return ::write(counter_.get(), &one, sizeof one); });
}

void eventfd_baton::take() {
  std::uint64_t count = 0;
  transfer_whole(sizeof count, "reading from an eventfd", [&] { return ::read(counter_.get(), &count, sizeof count); });
}

}  // namespace unitcost::runtime
