// A client of an echo server that a test plays by hand, one step after the other.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "benchmarks/load/loopback.hpp"
#include "benchmarks/measures/waiting/echo_service.hpp"
#include "impl/runtime/descriptor_io.hpp"

namespace unitcost::test {

/// Leaves its account in the service's tallies: its whole rounds, and the checksum of the messages that it sent whole.
/// Throws where a step takes longer than any server needs.
class played_peer {
 public:
  played_peer(measures::echo_service& service, std::uint32_t index)
      : what_(service.what),
        end_(service.connections[index].client),
        tally_(service.tallies[index]),
        unit_(service.units[index].done),
        round_(workloads::echo::first_round_of(index)),
        message_(what_.bytes) {}

  /// The next `bytes` bytes of its message.
  void send(std::size_t bytes) {
    if (sent_ == 0) workloads::fill_message(message_, round_);
    for (std::size_t const until = sent_ + bytes; sent_ < until;) {
      auto const count = runtime::write_some(end_.get(), std::span(message_).subspan(sent_, until - sent_));
      if (count == -EAGAIN)
        wait_for(POLLOUT);
      else if (count < 0)
        throw std::runtime_error("a peer could not send");
      else
        sent_ += static_cast<std::size_t>(count);
    }
    if (sent_ == message_.size())
      tally_.checksum += workloads::echo::answered_checksum(workloads::message_checksum(message_, round_), 0);
  }
  void send() { send(message_.size() - sent_); }

  /// The next `bytes` bytes of the answer, by reads of so many at most.
  void receive(std::size_t bytes, std::size_t at_once) {
    std::vector<std::byte> room(at_once);
    for (std::size_t const until = received_ + bytes; received_ < until;) {
      auto const count = next_of(std::span(room).first(std::min(at_once, until - received_)));
      if (count <= 0) throw std::runtime_error("a peer was not answered");
      if (!std::equal(room.begin(), room.begin() + count, message_.begin() + static_cast<std::ptrdiff_t>(received_)))
        ++tally_.wrong_answers;
      received_ += static_cast<std::size_t>(count);
    }
    if (received_ == message_.size()) begin_round();
  }
  void receive() { receive(message_.size() - received_, message_.size()); }

  void exchange() {
    send();
    receive();
  }

  /// Whether its unit is done with all of the answer.
  bool is_written_whole() const { return unit_.bytes_out >= (tally_.requests + 1) * what_.bytes; }

  /// Half-open: it still reads.
  void stop_sending() { ::shutdown(end_.get(), SHUT_WR); }
  void close() { end_.reset(); }
  /// What was under way, in both directions, is thrown away.
  void reset() {
    linger const at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(end_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    end_.reset();
  }
  /// Waits for the end of its connection, and counts it as lost where an answer comes instead.
  void await_end() {
    std::byte one;
    if (next_of({&one, 1}) > 0) ++tally_.lost;
  }

 private:
  runtime::transferred next_of(std::span<std::byte> into) {
    for (;;) {
      auto const count = runtime::read_some(end_.get(), into);
      if (count != -EAGAIN) return count;
      wait_for(POLLIN);
    }
  }
  void wait_for(short events) const {
    constexpr int longest_ms = 10'000;
    pollfd one{end_.get(), events, 0};
    if (::poll(&one, 1, longest_ms) <= 0) throw std::runtime_error("a peer waited in vain");
  }
  void begin_round() {
    ++tally_.requests;
    ++round_;
    sent_ = received_ = 0;
  }

  workloads::echo::parameters what_;
  runtime::owned_descriptor& end_;
  load::client_tally& tally_;
  workloads::exchanged const& unit_;
  std::uint64_t round_;
  std::vector<std::byte> message_;
  std::size_t sent_ = 0, received_ = 0;
};

/// A connection that holds some KiB on its way to the client and no more.
inline load::connection narrow_connection() {
  constexpr int few_bytes = 4096;
  load::listener const from;
  sockaddr_in at{};
  socklen_t length = sizeof at;
  auto* const any = reinterpret_cast<sockaddr*>(&at);
  load::connection made;
  made.client = runtime::opened(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "opening a socket");
  // Before it connects: the window that is offered then is never taken back.
  if (::setsockopt(made.client.get(), SOL_SOCKET, SO_RCVBUF, &few_bytes, sizeof few_bytes) != 0 ||
      ::getsockname(from.descriptor(), any, &length) != 0 || ::connect(made.client.get(), any, length) != 0)
    throw std::runtime_error("no narrow connection");
  made.server = from.accept();
  ::setsockopt(made.server.get(), SOL_SOCKET, SO_SNDBUF, &few_bytes, sizeof few_bytes);
  return made;
}

}  // namespace unitcost::test
