// Clients that send their next message when the last one has come back, all in one loop over epoll.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "impl/runtime/owned_descriptor.hpp"
#include "workloads/io/conversation.hpp"

namespace unitcost::load {

/// What a client knows of its connection in the end.
struct client_tally {
  std::uint64_t requests = 0;  ///< answered ones
  std::uint64_t checksum = 0;  ///< of the messages sent, each with its round
  std::uint64_t wrong_answers = 0;
  std::uint64_t lost = 0;  ///< 1: the server closed the connection, or it broke

  friend bool operator==(client_tally const&, client_tally const&) = default;
};

/// Where the clients leave what they saw. May be in memory shared with the server's process.
struct client_log {
  std::span<client_tally> tallies;    ///< one for each client
  std::span<std::uint32_t> round_ns;  ///< from a message's write to its last byte's read; as many as there is room for
  std::uint64_t rounds_timed = 0;
};

/// A client is given its first round, so that no two make up the same messages.
struct closed_loop_client {
  int socket = -1;  ///< non-blocking
  std::uint64_t first_round = 0;
};

class closed_loop {
 public:
  closed_loop(std::span<closed_loop_client const> clients, std::uint32_t message_bytes, client_log& log);

  /// Until `duration_ns` have passed no client stops; then each does with its answer, and returns. Waits as long as
  /// that takes. The sockets stay open.
  void run(std::int64_t duration_ns);

 private:
  struct client {
    int socket;
    std::uint64_t round;
    std::uint64_t sent_checksum = 0;  // of the message under way
    std::int64_t sent_ns = 0;
    std::size_t sent_bytes = 0;
    std::size_t answered_bytes = 0;
    bool under_way = false;
  };

  void send_message(std::uint32_t index);
  void send_rest(std::uint32_t index);
  void receive(std::uint32_t index);
  void take_answer(std::uint32_t index);
  void lose(std::uint32_t index);
  std::span<std::byte> answer_of(std::uint32_t index);

  std::uint32_t message_bytes_;
  client_log& log_;
  runtime::owned_descriptor epoll_;
  std::vector<client> clients_;
  std::vector<std::byte> message_;  // the one that is being sent
  std::vector<std::byte> answers_;  // of each client, one byte longer than a message: who answers too much is found
  std::int64_t deadline_ns_ = 0;
  std::size_t under_way_ = 0;
};

}  // namespace unitcost::load
