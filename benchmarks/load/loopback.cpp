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

constexpr std::uint16_t any_port = 0;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = ::htons(port);
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

listener::listener() : listener(loopback(any_port), port_use::alone) {}
listener listener::sharing() { return {loopback(any_port), port_use::shared}; }
listener listener::beside(listener const& first) { return {first.address_, port_use::shared}; }

listener::listener(sockaddr_in const& address, port_use use) : address_(address), socket_(new_socket()) {
  socklen_t length = sizeof address_;
  auto* const where = reinterpret_cast<sockaddr*>(&address_);
  if (int const on = 1; use == port_use::shared)
    check(::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), "sharing a port");
  send_at_once(socket_.get());  // those that are accepted have it of their listener
  check(::bind(socket_.get(), where, length), "binding to 127.0.0.1");
  check(::listen(socket_.get(), SOMAXCONN), "listening on 127.0.0.1");
  check(::getsockname(socket_.get(), where, &length), "asking for the port");
}

void listener::shut_down() const { check(::shutdown(socket_.get(), SHUT_RD), "shutting a listener down"); }

std::uint16_t listener::port() const { return ::ntohs(address_.sin_port); }

runtime::owned_descriptor listener::connect() const { return connect_to(port()); }

runtime::owned_descriptor listener::accept() const {
  int const descriptor = ::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC);
  if (descriptor < 0 && errno == EAGAIN) return {};
  return runtime::opened(descriptor, "accepting a connection");
}

runtime::owned_descriptor connect_to(std::uint16_t port) {
  auto made = new_socket();
  sockaddr_in const address = loopback(port);
  check(::connect(made.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address), "connecting to 127.0.0.1");
  send_at_once(made.get());
  return made;
}

std::vector<connection> connect_loopback(std::size_t count) {
  listener const from;
  std::vector<connection> made;
  made.reserve(count);
  while (made.size() < count) {
    connection one;
    // One at a time, so that the two ends belong together.
    one.client = from.connect();
    one.server = from.accept();
    made.push_back(std::move(one));
  }
  return made;
}

void make_non_blocking(int descriptor) {
  check(::fcntl(descriptor, F_SETFL, O_NONBLOCK) < 0 ? -1 : 0, "making a descriptor non-blocking");
}

void ignore_broken_connections() { check(::signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -1 : 0, "ignoring SIGPIPE"); }

}  // namespace unitcost::load
