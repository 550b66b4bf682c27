// Clients that send their next message when the last one has come back.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "benchmarks/load/client_sockets.hpp"

namespace unitcost::load {

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

class closed_loop {
 public:
  closed_loop(std::span<client_end const> ends, workloads::echo::parameters const& asked, client_log& log);

  /// Until it has been steady for `duration_ns` no client stops; then each does with its answer, and run returns. Where
  /// it is not steady after `patience_ns`, or somebody has no answer so long after the end, who is not answered is
  /// lost. Where `duration_ns` is 0 each sends once. The sockets stay open.
  void run(std::int64_t duration_ns, std::int64_t patience_ns);

 private:
  void begin_steady(std::int64_t now_ns);
  void note_first(std::int64_t now_ns);
  void note_time(client_event const& answered);
  void take(client_event const& event);

  client_log& log_;
  client_sockets clients_;
  std::vector<std::int64_t> sent_ns_;  // of each client's message under way
  std::int64_t duration_ns_ = 0, patience_ns_ = 0;
  std::int64_t deadline_ns_ = 0;  // of the next message
  std::int64_t give_up_ns_ = 0;
  std::uint32_t unanswered_ = 0;  // clients without a first answer
};

}  // namespace unitcost::load
