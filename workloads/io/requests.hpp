// requests: a number and a payload, and an answer that depends on every byte of both and on some computing: as much
// data and as long a handler as two parameters say.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "workloads/io/conversation.hpp"

namespace unitcost::workloads {

struct requests {
  static constexpr std::string_view name = "requests";

  struct parameters {
    std::uint32_t bytes = 0;            ///< of the payload
    std::uint32_t computing_steps = 0;  ///< of the handler, beside its reading of the payload (computing.hpp)
  };

  static constexpr std::size_t header_bytes = sizeof(std::uint64_t);
  static std::size_t request_bytes(parameters const& p) { return header_bytes + p.bytes; }

  /// As it travels: sixteen bytes.
  struct answer {
    std::uint64_t number = 0;  ///< the request's
    std::uint64_t result = 0;

    friend bool operator==(answer const&, answer const&) = default;
  };

  /// The server's part.
  static answer handle(std::span<std::byte const> request, std::uint32_t computing_steps) {
    answer made;
    std::memcpy(&made.number, request.data(), header_bytes);
    made.result = compute(message_checksum(request.subspan(header_bytes), made.number), computing_steps);
    return made;
  }

  /// What must come back, told without the handler's computing, for a payload whose digest is known.
  static answer expected(std::uint64_t number, std::uint64_t payload_digest, std::uint32_t computing_steps) {
    return {number, computed(mix(payload_digest + number), computing_steps)};
  }

  /// So that no two connections ever have the same number.
  static std::uint64_t first_number_of(std::uint32_t connection) { return std::uint64_t{connection} << 32; }
};

static_assert(sizeof(requests::answer) == 16);

}  // namespace unitcost::workloads
