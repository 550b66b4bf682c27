// Buffers that an io_uring receives into, by its own choice: io_uring_register_buf_ring(3).
//
// A connection that waits has no buffer of its own; so there are as many as messages may be on their way, not as many
// as connections.
#pragma once

#include <liburing.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "impl/runtime/shared_region.hpp"

namespace unitcost::runtime {

class provided_buffers {
 public:
  static constexpr std::uint16_t group = 1;
  static constexpr std::uint16_t count = 512;  ///< a power of two; what finds none is told so (ENOBUFS)
  static constexpr std::size_t buffer_bytes = 4096;

  /// Once, for `ring`, which must be gone before them. Throws std::system_error.
  void register_with(io_uring& ring);

  std::span<std::byte> operator[](std::uint16_t id) const {
    return memory_.bytes().subspan(id * buffer_bytes, buffer_bytes);
  }
  /// The kernel may fill it again.
  void give_back(std::uint16_t id) {
    io_uring_buf_ring_add(entries(), &(*this)[id].front(), buffer_bytes, id, io_uring_buf_ring_mask(count), 0);
    io_uring_buf_ring_advance(entries(), 1);
  }

 private:
  io_uring_buf_ring* entries() const { return reinterpret_cast<io_uring_buf_ring*>(ring_memory_.bytes().data()); }

  // Mapped: the ring of entries has to begin at a page.
  shared_region ring_memory_{count * sizeof(io_uring_buf)};
  shared_region memory_{count * buffer_bytes};
};

}  // namespace unitcost::runtime
