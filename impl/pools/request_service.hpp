// What the servers of requests do alike, however they divide the work among threads: reading a request, having it
// handled, and writing the answer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "impl/runtime/first_failure.hpp"

namespace unitcost::pools {

using request_answer = std::array<std::byte, 16>;

/// Called by all of a server's threads, by several at once, for requests of different connections.
using request_handler = std::function<request_answer(std::uint32_t connection, std::span<std::byte const> request)>;

/// What a server serves: connected stream sockets, blocking, each until its client closes. They stay their owner's, who
/// ignores SIGPIPE. A client sends requests of one size, each when it has the answer to the one before.
struct request_source {
  std::vector<int> sockets;       ///< connection k is sockets[k]
  std::size_t request_bytes = 1;  ///< one at least
};

/// A request on its way in.
class incoming_request {
 public:
  explicit incoming_request(std::size_t bytes) : bytes_(bytes) {}

  enum class progress { partial, whole, closed };

  /// Reads once, what is missing of this request and no byte of the next. Not when it is whole. `closed`: nothing comes
  /// any more, since the client has closed or the connection broke.
  progress read_from(int socket);
  std::span<std::byte const> bytes() const { return bytes_; }

  /// Gives the whole request away, and receives the next one in `room`, of the same size.
  std::vector<std::byte> exchange_for(std::vector<std::byte> room);
  /// Receives the next one in the room of this one.
  void begin_next() { read_ = 0; }

 private:
  std::vector<std::byte> bytes_;
  std::size_t read_ = 0;
};

/// May be used by several threads at once.
class request_service {
 public:
  /// Throws std::invalid_argument where requests have no bytes.
  request_service(request_source source, request_handler handler);

  std::uint32_t connections() const { return static_cast<std::uint32_t>(source_.sockets.size()); }
  int socket_of(std::uint32_t connection) const { return source_.sockets[connection]; }
  std::size_t request_bytes() const { return source_.request_bytes; }

  /// Has the request handled and writes the answer. The connection whose request the handler fails is shut down.
  void answer(std::uint32_t connection, std::span<std::byte const> request) noexcept;

  /// When nobody answers any more: throws what left the handler first.
  void rethrow_failure() const { failure_.rethrow(); }

 private:
  request_source source_;
  request_handler handler_;
  runtime::first_failure failure_;
};

}  // namespace unitcost::pools
