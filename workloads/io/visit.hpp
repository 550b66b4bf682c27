// visit: clients connect, send a message, wait for the same message to come back, and leave; the server takes each up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "workloads/io/conversation.hpp"

namespace unitcost::workloads {

struct visit {
  static constexpr std::string_view name = "visit";

  struct parameters {
    std::uint32_t visits = 2000;
    std::uint32_t at_once = 16;  ///< that are under way
    bool stay = false;           ///< who has been answered keeps its connection until all have
    std::uint32_t bytes = 64;    ///< of a message; not part of the name
  };

  static std::string label(parameters const& p) {
    return (p.stay ? "staying:" : "visits:") + std::to_string(p.visits) + "/at_once:" + std::to_string(p.at_once);
  }

  /// What a visitor says.
  static void fill(std::span<std::byte> message, std::uint32_t visitor) { fill_message(message, visitor); }
  /// What the server's checksum grows by with it. Whose visit a connection is the server does not know: which of
  /// several is taken up first is the kernel's choice. So all are in the same round.
  static std::uint64_t checksum_of(std::span<std::byte const> message) { return message_checksum(message, 0); }

  /// The server's part of a connection.
  static conversation part(parameters const& p) {
    return {.steps = {{action::read, p.bytes}, {action::write, p.bytes}},
            .rounds = std::uint64_t{1} << 32,
            .until_closed = true};
  }

  /// What must have come of all connections together.
  static exchanged oracle(parameters const& p, std::uint64_t checksum) {
    std::uint64_t const bytes = std::uint64_t{p.bytes} * p.visits;
    return {.bytes_in = bytes, .bytes_out = bytes, .rounds = p.visits, .checksum = checksum};
  }
};

}  // namespace unitcost::workloads
