#include "impl/runtime/provided_buffers.hpp"

#include <system_error>

#include "impl/runtime/touch.hpp"

namespace unitcost::runtime {

void provided_buffers::register_with(io_uring& ring) {
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<std::uintptr_t>(entries());
  registration.ring_entries = count;
  registration.bgid = group;
  if (int const refused = io_uring_register_buf_ring(&ring, &registration, 0); refused != 0)
    throw std::system_error(-refused, std::generic_category(), "giving buffers to an io_uring");
  // Touched here: else the first message in each would, and the memory be counted as that of its connection.
  touch_pages(memory_.bytes().data(), memory_.bytes().size());
  io_uring_buf_ring_init(entries());
  for (std::uint16_t id = 0; id < count; ++id) give_back(id);
}

}  // namespace unitcost::runtime
