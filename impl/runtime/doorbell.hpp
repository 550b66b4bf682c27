// How others get somebody out of a wait for descriptors.
#pragma once

#include <sys/eventfd.h>

#include <cerrno>

#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::runtime {

/// An eventfd(2): threads and forked children may ring it at any time. Readable from the first ring until it is
/// silenced; under EPOLLET each ring is an event, and nobody has to silence it.
class doorbell {
 public:
  /// Throws as `opened` does.
  doorbell() : descriptor_(opened(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "making an eventfd")) {}

  int descriptor() const { return descriptor_.get(); }
  /// Async-signal-safe, as is silence.
  void ring() const noexcept {
    while (::eventfd_write(descriptor_.get(), 1) != 0 && errno == EINTR) {
    }
  }
  void silence() const noexcept {
    eventfd_t rings = 0;
    while (::eventfd_read(descriptor_.get(), &rings) != 0 && errno == EINTR) {
    }
  }

 private:
  owned_descriptor descriptor_;
};

}  // namespace unitcost::runtime
