// Clients that send their next message when the last one has come back, all in one loop over epoll.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "impl/runtime/owned_descriptor.hpp"
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

/// Where the clients leave what they saw. May be in memory shared with the server's process.
///
/// Steady is what comes after every client has been answered once: until then the server may still be starting.
struct client_log {
  std::span<client_tally> tallies;   ///< one for each client
  std::span<std::int64_t> round_ns;  ///< from a message's write to its last byte's read; as many as there is room for
  std::uint64_t rounds_timed = 0;    ///< of messages sent since it is steady
  std::int64_t steady_from_ns = 0;
  std::int64_t steady_until_ns = 0;  ///< the last answer that came in time
  std::uint64_t steady_answers = 0;  ///< between the two
};

/// A client is given its first round, so that no two make up the same messages.
struct closed_loop_client {
  int socket = -1;  ///< non-blocking
  std::uint64_t first_round = 0;
};

class closed_loop {
 public:
  closed_loop(std::span<closed_loop_client const> clients, workloads::echo::parameters const& asked, client_log& log);

  /// Until it has been steady for `duration_ns` no client stops; then each does with its answer, and run returns. A
  /// client that has waited for `patience_ns` beyond is lost. The sockets stay open.
  void run(std::int64_t duration_ns);

  static constexpr std::int64_t patience_ns = 20'000'000'000;

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

  void serve_events();
  void begin_steady(std::int64_t now_ns);
  void note_first_answer(std::int64_t now_ns);
  void note_time(client const& one, std::int64_t now_ns);
  void send_message(std::uint32_t index);
  void send_rest(std::uint32_t index);
  void receive(std::uint32_t index);
  void take_answer(std::uint32_t index);
  void lose(std::uint32_t index);
  std::span<std::byte> answer_of(std::uint32_t index);

  std::uint32_t message_bytes_;
  std::uint32_t computing_steps_;  // of the server, for each
  client_log& log_;
  runtime::owned_descriptor epoll_;
  std::vector<client> clients_;
  std::vector<std::byte> message_;  // the one that is being sent
  std::vector<std::byte> answers_;  // of each client, one byte longer than a message: who answers too much is found
  std::int64_t duration_ns_ = 0;
  std::int64_t deadline_ns_ = 0;  // of the next message
  std::int64_t give_up_ns_ = 0;
  std::size_t under_way_ = 0;
  std::size_t unanswered_ = 0;  // clients without a first answer
};

}  // namespace unitcost::load
