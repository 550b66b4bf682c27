// read(2), write(2) and accept(2) as units use them.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>

namespace unitcost::runtime {

/// What became of a read or write: how many bytes, which may be fewer than asked for; 0 from a read: the other side has
/// closed; -errno where it failed. (io_uring's convention.) Of an accept: the new descriptor.
using transferred = std::int64_t;

/// Reads once. An interruption by a signal is no result: the call is made again.
inline transferred read_some(int descriptor, std::span<std::byte> into) {
  for (;;) {
    ssize_t const count = ::read(descriptor, into.data(), into.size());
    if (count >= 0) return count;
    if (errno != EINTR) return -errno;
  }
}

/// Writes once. Where SIGPIPE is not ignored, a reader that has closed ends the process.
inline transferred write_some(int descriptor, std::span<std::byte const> from) {
  for (;;) {
    ssize_t const count = ::write(descriptor, from.data(), from.size());
    if (count >= 0) return count;
    if (errno != EINTR) return -errno;
  }
}

/// Takes up the next connection that has come to a listening socket. `flags` are accept4's; the descriptor is the
/// caller's. A connection that was reset before anybody took it up is no result: the call is made again.
inline transferred accept_one(int listener, int flags) {
  for (;;) {
    int const accepted = ::accept4(listener, nullptr, nullptr, flags | SOCK_CLOEXEC);
    if (accepted >= 0) return accepted;
    if (errno != EINTR && errno != ECONNABORTED) return -errno;
  }
}

}  // namespace unitcost::runtime
