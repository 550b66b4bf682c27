// Text full of brackets, with errors planted in it: the input of the workload `brackets`, and, since the generator
// knows what it plants, its oracle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "workloads/splitmix64.hpp"

namespace unitcost::workloads {

/// What is right and wrong in a piece of text. Found by the checker, known to the generator.
struct bracket_findings {
  enum class fault : std::uint64_t { unexpected, mismatched, never_closed, too_deep };

  std::uint64_t pairs = 0;
  std::uint64_t faults = 0;  ///< sum of hashes: of each fault's kind and the position of its bracket

  void add(fault kind, std::uint64_t position) { faults += mix(position * 4 + static_cast<std::uint64_t>(kind)); }
  /// Adds up over pieces in any order.
  std::uint64_t checksum() const { return pairs * golden_gamma + faults; }
};

inline constexpr std::array<char, 4> opening_brackets{'(', '[', '{', '<'};
inline constexpr std::array<char, 4> closing_brackets{')', ']', '}', '>'};

/// Deeper nesting is a fault, so that a checker's stack has a fixed size (256 bytes).
inline constexpr unsigned most_open_brackets = 64;

/// Writes one block: open, close and plain characters at random, about one bracket in a hundred wrong.
class bracket_text {
 public:
  /// `start` is the position of the block's first character in the whole text.
  bracket_text(std::uint64_t start, std::span<char> block) : random_(start), start_(start), block_(block) {}

  bracket_findings write() {
    for (std::uint32_t at = 0; at < block_.size(); ++at) block_[at] = character(at);
    while (depth_ > 0) found_.add(bracket_findings::fault::never_closed, start_ + open_[--depth_].position);
    return found_;
  }

 private:
  struct opened {
    std::uint32_t position;
    unsigned kind;
  };

  char character(std::uint32_t at) {
    std::size_t const left = block_.size() - at;
    if (depth_ >= left) return one_in(fault_rate) ? plain() : close(at);  // the last chance to close what is open
    switch (random_.below(4)) {
      case 0:
        return depth_ < most_open_brackets ? open(at) : plain();
      case 1:
        return depth_ > 0 ? close(at) : one_in(fault_rate) ? unexpected(at) : plain();
      default:
        return plain();
    }
  }

  char open(std::uint32_t at) {
    unsigned const kind = random_.below(4);
    open_[depth_++] = {at, kind};
    return opening_brackets[kind];
  }
  char close(std::uint32_t at) {
    unsigned const kind = open_[--depth_].kind;
    if (one_in(fault_rate)) {
      found_.add(bracket_findings::fault::mismatched, start_ + at);
      return closing_brackets[(kind + 1 + random_.below(3)) % 4];
    }
    ++found_.pairs;
    return closing_brackets[kind];
  }
  char unexpected(std::uint32_t at) {
    found_.add(bracket_findings::fault::unexpected, start_ + at);
    return closing_brackets[random_.below(4)];
  }
  char plain() { return static_cast<char>('a' + random_.below(26)); }
  bool one_in(unsigned rate) { return random_.below(rate) == 0; }

  static constexpr unsigned fault_rate = 100;

  splitmix64 random_;
  std::uint64_t start_;
  std::span<char> block_;
  std::array<opened, most_open_brackets> open_{};
  unsigned depth_ = 0;
  bracket_findings found_;
};

}  // namespace unitcost::workloads
