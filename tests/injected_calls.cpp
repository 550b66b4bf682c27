#include "tests/injected_calls.hpp"

#include <liburing.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>

namespace unitcost::test {

namespace {

std::atomic<injected_calls*> active{nullptr};

int refusal_of_wait() {
  auto* const injected = active.load();
  return injected == nullptr ? 0 : injected->refusal_of_wait();
}

int refusal_of_epoll_wait() {
  if (auto* const injected = active.load()) injected->count_wait();
  return refusal_of_wait();
}

}  // namespace

injected_calls::injected_calls(orders what) : what_(what) { active = this; }

injected_calls::~injected_calls() { active = nullptr; }

bool injected_calls::interrupts(std::uint64_t call, std::size_t size) {
  if (size < what_.from_size || what_.interrupted_every == 0 || call % what_.interrupted_every != 0) return false;
  ++interrupted_;
  return true;
}

int injected_calls::refusal_of_wait() {
  if (what_.waits_fail_with == 0 || refused_waits_++ >= what_.failing_waits) return 0;
  return what_.waits_fail_with;
}

}  // namespace unitcost::test

extern "C" {

ssize_t __real_read(int descriptor, void* into, size_t size);
ssize_t __real_write(int descriptor, void const* from, size_t size);

ssize_t __wrap_read(int descriptor, void* into, size_t size) {
  auto* const injected = unitcost::test::active.load();
  if (injected == nullptr || !injected->interrupts_read(size)) return __real_read(descriptor, into, size);
  errno = EINTR;
  return -1;
}

ssize_t __wrap_write(int descriptor, void const* from, size_t size) {
  auto* const injected = unitcost::test::active.load();
  if (injected == nullptr || !injected->interrupts_write(size)) return __real_write(descriptor, from, size);
  errno = EINTR;
  return -1;
}

int __real_epoll_wait(int set, epoll_event* into, int most, int limit_ms);
int __real_epoll_pwait2(int set, epoll_event* into, int most, timespec const* limit, sigset_t const* signals);

int __wrap_epoll_wait(int set, epoll_event* into, int most, int limit_ms) {
  int const refusal = unitcost::test::refusal_of_epoll_wait();
  if (refusal == 0) return __real_epoll_wait(set, into, most, limit_ms);
  errno = refusal;
  return -1;
}

int __wrap_epoll_pwait2(int set, epoll_event* into, int most, timespec const* limit, sigset_t const* signals) {
  int const refusal = unitcost::test::refusal_of_epoll_wait();
  if (refusal == 0) return __real_epoll_pwait2(set, into, most, limit, signals);
  errno = refusal;
  return -1;
}

int __real_io_uring_submit_and_get_events(io_uring* ring);
int __real_io_uring_submit_and_wait(io_uring* ring, unsigned count);
int __real_io_uring_submit_and_wait_timeout(io_uring* ring, io_uring_cqe** first, unsigned count,
                                            __kernel_timespec* limit, sigset_t* signals);

int __wrap_io_uring_submit_and_get_events(io_uring* ring) {
  int const refusal = unitcost::test::refusal_of_wait();
  return refusal != 0 ? -refusal : __real_io_uring_submit_and_get_events(ring);
}

int __wrap_io_uring_submit_and_wait(io_uring* ring, unsigned count) {
  int const refusal = unitcost::test::refusal_of_wait();
  return refusal != 0 ? -refusal : __real_io_uring_submit_and_wait(ring, count);
}

int __wrap_io_uring_submit_and_wait_timeout(io_uring* ring, io_uring_cqe** first, unsigned count,
                                            __kernel_timespec* limit, sigset_t* signals) {
  int const refusal = unitcost::test::refusal_of_wait();
  return refusal != 0 ? -refusal : __real_io_uring_submit_and_wait_timeout(ring, first, count, limit, signals);
}
}
