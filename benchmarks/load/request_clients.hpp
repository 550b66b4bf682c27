// Clients that send requests of any size and wait for short answers, each its next one when it has the answer to the
// last: closed loop. They do so slice by slice, and are still between two.
#pragma once

#include <time.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "impl/runtime/epoll_set.hpp"
#include "workloads/io/requests.hpp"

namespace unitcost::load {

/// What a client knows of its connection in the end.
struct request_tally {
  std::uint64_t answers = 0;   ///< right ones
  std::uint64_t checksum = 0;  ///< the sum of the results that were due
  std::uint64_t wrong_answers = 0;
  std::uint64_t lost = 0;  ///< 1: the connection broke, or there was no answer in time

  friend bool operator==(request_tally const&, request_tally const&) = default;
};

struct slice_limits {
  std::int64_t duration_ns = 0;      ///< of being steady
  std::uint64_t fewest_answers = 1;  ///< while it is: the slice goes on until it has as many
  std::int64_t patience_ns = 0;      ///< how long to wait until it is steady, how much longer than its duration until
                                     ///< it is over, and then for the last answers; what is under way after is lost
};

/// Of a slice, what came after every client had been answered once in it: until then it was starting.
struct steady_slice {
  std::uint64_t answers = 0;
  std::int64_t elapsed_ns = 0;  ///< from the answer that made it steady to the last of these
  std::int64_t cpu_ns = 0;      ///< by the server's clock meanwhile; 0: it was given up before it was over

  double per_second() const { return static_cast<double>(answers) / (static_cast<double>(elapsed_ns) * 1e-9); }
  double cpu_ns_each() const { return static_cast<double>(cpu_ns) / static_cast<double>(answers); }
};

class request_clients {
 public:
  /// Client k of `sockets`, non-blocking, has connection `first_connection` + k, by which its numbers and its payloads
  /// differ from all others', and tallies[k]. `server_clock` tells the server's CPU time. All must outlive this object.
  request_clients(std::span<int const> sockets, std::uint32_t first_connection,
                  workloads::requests::parameters const& asked, std::span<request_tally> tallies,
                  clockid_t server_clock);

  /// Of clients that are not lost. Calls `note(latency_ns)` for each request that was sent while it was steady: from
  /// just before its first byte was written to the reading of the answer. When it returns no request is under way.
  steady_slice run(slice_limits const& limits, std::function<void(std::int64_t)> const& note);
  bool any_lost() const;

 private:
  using answer = workloads::requests::answer;
  static constexpr std::size_t payloads = 2;  // of a client, by turns: bytes of the last request are none of the next

  struct client {
    int socket;
    std::uint64_t number;
    std::vector<std::byte> bytes;  // each payload begins a word after the one before
    std::array<std::uint64_t, payloads> digests{};
    std::int64_t sent_ns = 0;
    std::size_t sent_bytes = 0;
    std::array<std::byte, sizeof(answer) + 1> answered{};  // one byte longer: who answers too much is found
    std::size_t answered_bytes = 0;
    bool under_way = false;
    bool readable = false;  // as far as is known
    bool in_slice = false;  // answered once since it began
  };
  /// What run follows.
  struct progress {
    slice_limits limits;
    std::uint32_t unanswered = 0;  // clients without a first answer
    std::int64_t steady_from_ns = 0, give_up_ns = 0;
    std::int64_t cpu_from_ns = 0;
    bool over = false;
    steady_slice steady;
  };

  std::span<std::byte const> payload_of(client const& one, std::uint64_t number) const;
  void send(std::uint32_t index);
  void write_rest(std::uint32_t index);
  /// Whether an answer is complete.
  bool receive(std::uint32_t index);
  void check_answer(std::uint32_t index);
  void lose(std::uint32_t index);
  void serve_event(std::uint32_t index, std::function<void(std::int64_t)> const& note);
  void note_answer(client& one, std::int64_t now_ns, std::function<void(std::int64_t)> const& note);
  void note_first(client& one, std::int64_t now_ns);
  std::int64_t server_cpu_ns() const;

  workloads::requests::parameters asked_;
  std::span<request_tally> tallies_;
  clockid_t server_clock_;
  runtime::epoll_set epoll_;
  std::vector<client> clients_;
  std::uint32_t under_way_ = 0;
  progress now_;
};

}  // namespace unitcost::load
