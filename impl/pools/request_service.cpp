#include "impl/pools/request_service.hpp"

#include <sys/socket.h>

#include <stdexcept>
#include <utility>

#include "impl/runtime/descriptor_io.hpp"

namespace unitcost::pools {

namespace {

/// To a client that has gone, in vain: the next read from it tells.
void write_answer(int socket, std::span<std::byte const> left) {
  while (!left.empty()) {
    auto const count = runtime::write_some(socket, left);
    if (count < 0) return;
    left = left.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace

incoming_request::progress incoming_request::read_from(int socket) {
  auto const count = runtime::read_some(socket, std::span(bytes_).subspan(read_));
  if (count <= 0) return progress::closed;
  read_ += static_cast<std::size_t>(count);
  return read_ == bytes_.size() ? progress::whole : progress::partial;
}

std::vector<std::byte> incoming_request::exchange_for(std::vector<std::byte> room) {
  begin_next();
  return std::exchange(bytes_, std::move(room));
}

request_service::request_service(request_source source, request_handler handler)
    : source_(std::move(source)), handler_(std::move(handler)) {
  if (source_.request_bytes == 0)
    throw std::invalid_argument("a request without bytes cannot be noticed: give it a header of one byte at least");
}

void request_service::answer(std::uint32_t connection, std::span<std::byte const> request) noexcept {
  bool answered = false;
  failure_.guard([&] {
    write_answer(socket_of(connection), handler_(connection, request));
    answered = true;
  });
  if (!answered) ::shutdown(socket_of(connection), SHUT_RDWR);
}

}  // namespace unitcost::pools
