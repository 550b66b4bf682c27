// echo: clients send a message, wait for the same message to come back, and send the next: closed loop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "workloads/io/conversation.hpp"

namespace unitcost::workloads {

struct echo {
  static constexpr std::string_view name = "echo";

  struct parameters {
    std::uint32_t connections = 64;
    std::uint32_t bytes = 64;           ///< of a message
    std::uint32_t computing_steps = 0;  ///< on each message before it is answered, see mixed.hpp; not part of the name
  };

  static std::string label(parameters const& p) {
    return "connections:" + std::to_string(p.connections) + "/bytes:" + std::to_string(p.bytes);
  }

  /// So that no two connections ever have the same message.
  static std::uint64_t first_round_of(std::uint32_t connection) { return std::uint64_t{connection} << 32; }

  /// The server's part of a connection.
  static conversation part_of(std::uint32_t connection, parameters const& p) {
    step const read{action::read, p.bytes}, compute{action::compute, p.computing_steps}, write{action::write, p.bytes};
    return {.steps = p.computing_steps > 0 ? step_list{read, compute, write} : step_list{read, write},
            .first_round = first_round_of(connection),
            .rounds = std::uint64_t{1} << 32,
            .until_closed = true};
  }

  /// What the server's checksum grows by with a message of that checksum.
  static std::uint64_t answered_checksum(std::uint64_t message_checksum, std::uint32_t computing_steps) {
    return message_checksum + (computing_steps > 0 ? computed(message_checksum, computing_steps) : 0);
  }

  /// What must have come of that part when its client was answered `requests` times, by which the checksum grew so.
  static exchanged oracle(parameters const& p, std::uint64_t requests, std::uint64_t checksum) {
    return {.bytes_in = p.bytes * requests, .bytes_out = p.bytes * requests, .rounds = requests, .checksum = checksum};
  }
};

}  // namespace unitcost::workloads
