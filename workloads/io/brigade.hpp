// brigade: a chain of units that hand one byte on, each to the next and the last to the first. Nothing but blocking
// hops.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/io/conversation.hpp"

namespace unitcost::workloads {

struct brigade {
  static constexpr std::string_view name = "brigade";

  struct parameters {
    std::uint32_t units = 500;
    std::uint32_t bytes = 1;  ///< of the message
    std::uint64_t laps = 1;   ///< how often it goes round; not part of the name
  };

  static std::string label(parameters const& p) {
    return "units:" + std::to_string(p.units) + "/bytes:" + std::to_string(p.bytes);
  }

  /// Unit 0 makes up the message of each lap, and has it back when all others have had it.
  static conversation part_of(std::uint32_t unit, parameters const& p) {
    step const read{action::read, p.bytes}, write{action::write, p.bytes};
    if (unit == 0) return {.steps = {step{action::fill, p.bytes}, write, read}, .rounds = p.laps};
    return {.steps = {read, write}, .rounds = p.laps};
  }

  /// What must have come of each unit's part.
  static exchanged oracle(parameters const& p) {
    exchanged each{.bytes_in = p.bytes * p.laps, .bytes_out = p.bytes * p.laps, .rounds = p.laps};
    std::vector<std::byte> message(p.bytes);
    for (std::uint64_t lap = 0; lap < p.laps; ++lap) {
      fill_message(message, lap);
      each.checksum += message_checksum(message, lap);
    }
    return each;
  }
};

}  // namespace unitcost::workloads
