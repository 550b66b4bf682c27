#include "benchmarks/measures/messages/manager_way.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/pinning.hpp"

namespace unitcost::measures {
namespace {

constexpr std::size_t client_of(party who) { return who == party::asker ? 0 : 1; }

template <class Plain>
std::span<std::byte> bytes_of(Plain& plain) {
  return std::as_writable_bytes(std::span(&plain, 1));
}

/// One of the two parties, as the manager sees it, and the value that it sets.
struct managed {
  int socket;
  std::vector<std::byte> value;
  std::uint32_t filled = 0;                     ///< bytes of the value that nobody has got; 0: none
  std::optional<manager_request> waiting = {};  ///< cannot be done before the other party asks for something
};

class value_server {
 public:
  value_server(std::array<int, 2> const& parties, std::size_t value_bytes, peer_watch& watch)
      : parties_{managed{parties[0], std::vector<std::byte>(value_bytes)},
                 managed{parties[1], std::vector<std::byte>(value_bytes)}},
        watch_(watch) {}

  bool is_waiting(std::size_t party) const { return parties_[party].waiting.has_value(); }

  /// Of a party that does not wait. False when it has closed.
  bool take_request(std::size_t from) {
    manager_request asked{};
    try {
      read_watched(parties_[from].socket, bytes_of(asked), watch_);
    } catch (unit_crashed const&) {
      return false;
    }
    if (asked.bytes == 0 || asked.bytes > parties_[from].value.size())
      throw std::runtime_error("the manager was asked for a value of no size that it has");
    parties_[from].waiting = asked;
    // What this party asked for may be what the other one waits for, and then the other way round.
    for (std::size_t const party : {from, 1 - from, from}) try_to_serve(party);
    return true;
  }

 private:
  void try_to_serve(std::size_t who) {
    try {
      serve(who);
    } catch (unit_crashed const&) {
      // It has left, which poll(2) tells, too. The other one finds out by itself.
    }
  }

  void serve(std::size_t who) {
    managed& party = parties_[who];
    if (!party.waiting) return;
    manager_request asked = *party.waiting;
    managed& owner = asked.what == manager_request::verb::set ? party : parties_[1 - who];
    bool const is_filled = owner.filled != 0;
    if (is_filled == (asked.what == manager_request::verb::set)) return;
    party.waiting.reset();
    auto const value = std::span(owner.value).first(asked.bytes);
    if (asked.what == manager_request::verb::get) {
      if (asked.bytes != owner.filled) throw std::runtime_error("a value was asked for in another size than it has");
      write_watched(party.socket, value, watch_);
      owner.filled = 0;
    } else {
      read_watched(party.socket, value, watch_);
      owner.filled = asked.bytes;
      write_watched(party.socket, bytes_of(asked.bytes), watch_);
    }
  }

  std::array<managed, 2> parties_;
  peer_watch& watch_;
};

/// A request and what follows it by one call, as far as the socket takes it.
void write_request(int socket, manager_request asked, std::span<std::byte const> value, peer_watch& watch) {
  auto const request = bytes_of(asked);
  std::array<iovec, 2> parts{iovec{request.data(), request.size()},
                             iovec{const_cast<std::byte*>(value.data()), value.size()}};
  ssize_t count = -1;
  while ((count = ::writev(socket, parts.data(), 2)) < 0) {
    if (errno == EPIPE || errno == ECONNRESET) throw unit_crashed("the manager has closed its end", 0, 0);
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "asking the manager");
    watch.look();
  }
  auto const written = static_cast<std::size_t>(count);
  write_watched(socket, request.subspan(std::min(written, request.size())), watch);
  write_watched(socket, value.subspan(written - std::min(written, request.size())), watch);
}

}  // namespace

void serve_values(std::array<int, 2> const& parties, std::size_t value_bytes, peer_watch& watch) {
  value_server server(parties, value_bytes, watch);
  std::array<pollfd, 2> watched{pollfd{parties[0], POLLIN, 0}, pollfd{parties[1], POLLIN, 0}};
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    // What follows a request that waits is no request. That a party has gone is told all the same.
    for (std::size_t who = 0; who < watched.size(); ++who)
      watched[who].events = server.is_waiting(who) ? short{0} : short{POLLIN};
    if (::poll(watched.data(), watched.size(), -1) < 0) {
      if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "polling the parties");
      watch.look();
      continue;
    }
    for (std::size_t who = 0; who < watched.size(); ++who)
      if (watched[who].revents != 0 && (server.is_waiting(who) || !server.take_request(who))) watched[who].fd = -1;
  }
}

manager_way::manager_way(way_order const& order) {
  auto first = open_socket_pair(), second = open_socket_pair();
  parties_ = {std::move(first.first), std::move(second.first)};
  manager_.emplace(*failure_, started_as{.name = "manager", .daemon = true}, [&] {
    ::signal(SIGPIPE, SIG_IGN);  // a party that leaves does not end it
    for (auto& each : parties_) each.reset();
    runtime::pin_to(order.cpus, order.cpus.empty() ? 0 : order.cpus.size() - 1);
    peer_watch watch(peer_watch::for_ever, [] {});
    serve_values({first.second.get(), second.second.get()}, order.message_bytes, watch);
  });
}

void manager_way::keep_only(party who) { parties_[client_of(other(who))].reset(); }

void manager_way::send(party from, std::span<std::byte const> message, peer_watch& watch) {
  int const socket = parties_[client_of(from)].get();
  auto const bytes = static_cast<std::uint32_t>(message.size());
  write_request(socket, {manager_request::verb::set, bytes}, message, watch);
  std::uint32_t acknowledged = 0;
  read_watched(socket, bytes_of(acknowledged), watch);
  if (acknowledged != bytes) throw std::runtime_error("the manager acknowledged another value");
}

void manager_way::receive(party at, std::span<std::byte> message, peer_watch& watch) {
  int const socket = parties_[client_of(at)].get();
  write_request(socket, {manager_request::verb::get, static_cast<std::uint32_t>(message.size())}, {}, watch);
  read_watched(socket, message, watch);
}

}  // namespace unitcost::measures
