// A server with a known fault: it answers each message after the same delay, and once does nothing for a while. What
// its clients have to see follows from when they send: the known answer of an open loop.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "benchmarks/measures/waiting/echo_service.hpp"

namespace unitcost::measures {

/// Times count from when the plan begins.
struct planted_stall {
  std::int64_t delay_ns = 0;
  std::int64_t from_ns = 0, until_ns = 0;  ///< neither reads nor writes

  /// What would be done at `time_ns` is done then, or when the stall is over.
  std::int64_t awake_ns(std::int64_t time_ns) const {
    return time_ns >= from_ns && time_ns < until_ns ? until_ns : time_ns;
  }
  /// When what is sent at `sent_ns` is answered.
  std::int64_t answered_ns(std::int64_t sent_ns) const { return awake_ns(awake_ns(sent_ns) + delay_ns); }
  /// No latency is longer, as long as a client has its last answer when its next request is due.
  std::int64_t longest_ns() const { return delay_ns + until_ns - from_ns; }
};

/// Of all planned requests, in ascending order, where request i is sent by client i modulo `clients` as soon as that
/// has its last answer.
std::vector<std::int64_t> known_latencies_ns(std::span<std::int64_t const> planned_ns, std::uint32_t clients,
                                             planted_stall const& planted);

/// Such a server, until the clients close. It does not sleep but in its stall, so that it is never late by itself.
/// `begun_ns` is when the plan begins, 0 before.
void answer_with_stall(echo_service& service, planted_stall const& planted, std::atomic<std::int64_t> const& begun_ns);

}  // namespace unitcost::measures
