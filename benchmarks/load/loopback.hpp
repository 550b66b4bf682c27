// TCP connections of this machine with itself.
#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::load {

/// Where connections of 127.0.0.1 arrive, on a port of the kernel's choice. Those that are accepted are without Nagle's
/// delay (tcp(7), TCP_NODELAY), as those are that connect.
class listener {
 public:
  /// Throws limit_reached where there is no descriptor left, std::system_error where the kernel refuses otherwise; so
  /// do the others.
  listener();
  /// One more on the port of `first`, which was made by sharing() as well: the kernel deals the connections out among
  /// them, by their addresses (socket(7), SO_REUSEPORT).
  static listener beside(listener const& first);
  static listener sharing();

  int descriptor() const { return socket_.get(); }
  std::uint16_t port() const;
  /// A connection to it, complete as soon as the kernel has taken it up, before anybody accepts.
  runtime::owned_descriptor connect() const;
  /// The next connection's other end. A negative one, where none is there and the listener is non-blocking.
  runtime::owned_descriptor accept() const;
  /// This process's end of it; the connections stay.
  void close() { socket_.reset(); }
  /// In whichever process: who waits to accept, or will, is refused (EINVAL).
  void shut_down() const;

 private:
  enum class port_use : bool { alone, shared };
  listener(sockaddr_in const& address, port_use use);

  sockaddr_in address_{};
  runtime::owned_descriptor socket_;
};

struct connection {
  runtime::owned_descriptor server, client;
};

/// A connection to whoever listens on that port of 127.0.0.1. Throws as a listener's does.
runtime::owned_descriptor connect_to(std::uint16_t port);

/// Both ends of `count` established connections.
std::vector<connection> connect_loopback(std::size_t count);

void make_non_blocking(int descriptor);

/// From now on a write to a connection that the other side has closed fails (EPIPE) and does not end the process.
void ignore_broken_connections();

}  // namespace unitcost::load
