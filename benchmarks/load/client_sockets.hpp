// The clients' ends of connections, all in one epoll set: what sends whole messages, and takes and checks the answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/epoll_set.hpp"
#include "workloads/io/echo.hpp"

namespace unitcost::load {

/// What a client knows of its connection in the end.
struct client_tally {
  std::uint64_t requests = 0;  ///< answered ones
  std::uint64_t checksum = 0;  ///< echo::answered_checksum of the messages sent
  std::uint64_t wrong_answers = 0;
  std::uint64_t lost = 0;  ///< 1: the server closed the connection, or it broke

  friend bool operator==(client_tally const&, client_tally const&) = default;
};

/// A client is given its first round, so that no two make up the same messages.
struct client_end {
  int socket = -1;  ///< non-blocking
  std::uint64_t first_round = 0;
};

/// What became of the message that a client had under way.
struct client_event {
  std::uint32_t client = 0;
  std::int64_t at_ns = 0;  ///< the reading of the answer's last byte
  bool lost = false;       ///< there is no answer, and will be none
};

/// The sockets stay open.
class client_sockets {
 public:
  client_sockets(std::span<client_end const> ends, workloads::echo::parameters const& asked,
                 std::span<client_tally> tallies);

  std::uint32_t size() const { return static_cast<std::uint32_t>(clients_.size()); }
  std::uint32_t under_way() const { return under_way_; }
  static std::int64_t now_ns() { return runtime::now_ns(); }

  /// Sends the next message of a client that has none under way. Returns when: just before the first byte is written.
  std::int64_t send(std::uint32_t client);

  /// Calls `take(client_event)` for each message that has come to its end, having waited for one for at most
  /// `timeout_ms`. `take` may send.
  template <class Take>
  void wait(int timeout_ms, Take take) {
    for (std::uint32_t const client : std::exchange(broken_, {}))
      if (clients_[client].under_way) take(lose(client));
    for (std::uint32_t const client : ready(timeout_ms)) {
      send_rest(client);
      clients_[client].readable = true;
      while (auto const event = receive(client)) take(*event);
    }
  }

  /// Counts as lost who still has a message under way.
  void give_up();

 private:
  struct state {
    int socket;
    std::uint64_t round;
    std::uint64_t sent_checksum = 0;  // of the message under way
    std::size_t sent_bytes = 0;
    std::size_t answered_bytes = 0;
    bool under_way = false;
    bool readable = false;  // as far as is known
  };

  std::span<std::uint32_t const> ready(int timeout_ms);
  void send_rest(std::uint32_t client);
  /// Of the message that `message_` holds.
  void write_rest(std::uint32_t client);
  std::optional<client_event> receive(std::uint32_t client);
  client_event take_answer(std::uint32_t client);
  client_event lose(std::uint32_t client);
  std::span<std::byte> answer_of(std::uint32_t client);

  std::uint32_t message_bytes_;
  std::uint32_t computing_steps_;  // of the server, for each
  std::span<client_tally> tallies_;
  runtime::epoll_set epoll_;
  std::vector<state> clients_;
  std::vector<std::uint32_t> ready_;
  std::vector<std::uint32_t> broken_;  // found so while sending
  std::vector<std::byte> message_;     // the one that is being sent
  std::vector<std::byte> answers_;     // of each client, one byte longer than a message: who answers too much is found
  std::uint32_t under_way_ = 0;
};

}  // namespace unitcost::load
