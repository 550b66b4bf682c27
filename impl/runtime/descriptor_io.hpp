// read(2) and write(2) as units use them.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>

namespace unitcost::runtime {

/// What became of a read or write: how many bytes, which may be fewer than asked for; 0 from a read: the other side has
/// closed; -errno where it failed. (io_uring's convention.)
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

}  // namespace unitcost::runtime
