#include "benchmarks/load/loopback.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace unitcost::load {

namespace {

void check(int outcome, char const* doing) {
  if (outcome != 0) throw std::system_error(errno, std::generic_category(), doing);
}

runtime::owned_descriptor new_socket() {
  return runtime::opened(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "opening a socket");
}

void send_at_once(int socket) {
  int const on = 1;
  check(::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "turning off Nagle's delay");
}

/// On a port of the kernel's choice, which it writes to `address`.
runtime::owned_descriptor listen_at(sockaddr_in& address) {
  address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  auto listening = new_socket();
  socklen_t length = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  check(::bind(listening.get(), any, length), "binding to 127.0.0.1");
  check(::listen(listening.get(), SOMAXCONN), "listening on 127.0.0.1");
  check(::getsockname(listening.get(), any, &length), "asking for the port");
  return listening;
}

}  // namespace

std::vector<connection> connect_loopback(std::size_t count) {
  sockaddr_in address;
  auto const listening = listen_at(address);
  std::vector<connection> made;
  made.reserve(count);
  while (made.size() < count) {
    connection one;
    one.client = new_socket();
    // Completed by the kernel, before anybody accepts. So one at a time the two ends belong together.
    check(::connect(one.client.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address),
          "connecting to 127.0.0.1");
    one.server = runtime::opened(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC), "accepting a connection");
    send_at_once(one.client.get());
    send_at_once(one.server.get());
    made.push_back(std::move(one));
  }
  return made;
}

void make_non_blocking(int descriptor) {
  check(::fcntl(descriptor, F_SETFL, O_NONBLOCK) < 0 ? -1 : 0, "making a descriptor non-blocking");
}

void ignore_broken_connections() { check(::signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -1 : 0, "ignoring SIGPIPE"); }

}  // namespace unitcost::load
