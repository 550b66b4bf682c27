#include "tests/injected_calls.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>

namespace unitcost::test {

namespace {

std::atomic<injected_calls*> active{nullptr};

}  // namespace

injected_calls::injected_calls(orders what) : what_(what) { active = this; }

injected_calls::~injected_calls() { active = nullptr; }

bool injected_calls::interrupts(std::uint64_t call, std::size_t size) {
  if (size < what_.from_size || what_.interrupted_every == 0 || call % what_.interrupted_every != 0) return false;
  ++interrupted_;
  return true;
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
  if (auto* const injected = unitcost::test::active.load()) injected->count_wait();
  return __real_epoll_wait(set, into, most, limit_ms);
}

int __wrap_epoll_pwait2(int set, epoll_event* into, int most, timespec const* limit, sigset_t const* signals) {
  if (auto* const injected = unitcost::test::active.load()) injected->count_wait();
  return __real_epoll_pwait2(set, into, most, limit, signals);
}
}
