// Conversations: what units that wait for each other do, as data, and the two spellings that do it.
//
// A conversation is so many rounds of the same steps over two streams of bytes, of which a socket is both. What a unit
// reads it digests, so that a byte that was lost, repeated or changed on its way is found; what it writes is what it
// made up last (`fill`) or what it read last.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <vector>

#include "workloads/io/computing.hpp"
#include "workloads/splitmix64.hpp"

namespace unitcost::workloads {

enum class action : std::uint8_t {
  fill,     ///< makes up a message, by the round
  read,     ///< a message
  compute,  ///< on what was read last; adds the result to the checksum
  write,    ///< the last message made up or read
};

struct step {
  action what;
  std::uint32_t size;  ///< bytes of the message; of `compute`, how often (computing.hpp)
};

/// In place, since a unit takes its part along.
class step_list {
 public:
  static constexpr std::size_t most = 4;

  constexpr step_list(std::initializer_list<step> steps) : size_(steps.size()) {
    if (steps.size() > most) throw std::length_error("a conversation of more steps than step_list::most");
    std::copy(steps.begin(), steps.end(), steps_.begin());
  }
  step const* begin() const { return steps_.data(); }
  step const* end() const { return steps_.data() + size_; }

 private:
  std::array<step, most> steps_{};
  std::size_t size_;
};

/// A unit's part.
struct conversation {
  step_list steps;
  std::uint64_t first_round = 0;
  std::uint64_t rounds = 1;
  bool until_closed = false;  ///< complete after fewer rounds too, where the peer closes between two
};

/// Why a unit's part came to its end.
enum class conversation_end : std::uint8_t {
  complete,
  peer_closed,  ///< in the middle
  surplus,      ///< bytes came that belong to no message
  malformed,    ///< what came is no message
  failed,       ///< a read or write did: `error`
};

/// What came of a unit's part.
struct exchanged {
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t rounds = 0;
  std::uint64_t checksum = 0;  ///< of the messages read, each with its round, and of what was computed
  conversation_end end = conversation_end::complete;
  int error = 0;

  friend bool operator==(exchanged const&, exchanged const&) = default;
};

/// The bytes that `fill` makes up.
inline void fill_message(std::span<std::byte> message, std::uint64_t round) {
  splitmix64 words(mix(round));
  for (std::size_t done = 0; done < message.size(); done += sizeof(std::uint64_t)) {
    std::uint64_t const word = words.next();
    std::memcpy(message.data() + done, &word, std::min(sizeof word, message.size() - done));
  }
}

/// Of its bytes and their order. Four chains side by side, since one would take longer than the kernel takes for the
/// bytes.
inline std::uint64_t digest(std::span<std::byte const> message) {
  std::array<std::uint64_t, 4> chains{1, 2, 3, message.size()};
  for (std::size_t done = 0, next = 0; done < message.size(); done += sizeof(std::uint64_t), ++next) {
    std::uint64_t word = 0;
    std::memcpy(&word, message.data() + done, std::min(sizeof word, message.size() - done));
    std::uint64_t& chain = chains[next % chains.size()];
    chain = mix(chain ^ word);
  }
  std::uint64_t sum = 0;
  for (std::uint64_t const chain : chains) sum = mix(sum ^ chain);
  return sum;
}

/// What a message read in `round` adds to the checksum.
inline std::uint64_t message_checksum(std::span<std::byte const> message, std::uint64_t round) {
  return mix(digest(message) + round);
}

/// What a unit has at hand: what it has read and not yet taken, and its last message.
class message_buffer {
 public:
  /// There is room for more than the longest message: a read that asks for more than it gets has drained its stream.
  static std::size_t room_for(conversation const& part) {
    std::uint32_t longest = 0;
    for (step const& each : part.steps)
      if (each.what != action::compute) longest = std::max(longest, each.size);
    return longest + spare_bytes;
  }
  /// In `room`, which outlives it.
  explicit message_buffer(std::span<std::byte> room) : bytes_(room) {}

  bool is_empty() const { return begin_ == end_; }
  bool has(std::size_t bytes) const { return end_ - begin_ >= bytes; }
  /// Where to read to. Never empty as long as a message is awaited.
  std::span<std::byte> room() {
    if (is_empty()) {
      begin_ = end_ = 0;
    } else if (begin_ > 0) {
      std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(begin_),
                bytes_.begin() + static_cast<std::ptrdiff_t>(end_), bytes_.begin());
      end_ -= begin_;
      begin_ = 0;
    }
    return bytes_.subspan(end_);
  }
  void arrived(std::size_t bytes) { end_ += bytes; }
  /// Until the next `room` or `fill`.
  std::span<std::byte const> take(std::size_t bytes) {
    message_ = bytes_.subspan(begin_, bytes);
    begin_ += bytes;
    return message_;
  }

  /// Only a unit that has taken all it was sent makes up a message.
  void fill(std::size_t bytes, std::uint64_t round) {
    begin_ = end_ = 0;
    fill_message(bytes_.first(bytes), round);
    message_ = bytes_.first(bytes);
  }
  std::span<std::byte const> message() const { return message_; }

 private:
  static constexpr std::size_t spare_bytes = 64;

  std::span<std::byte> bytes_;
  std::size_t begin_ = 0, end_ = 0;  // of what was read and not yet taken
  std::span<std::byte const> message_;
};

/// Notes what a read or write came to: bytes, 0 (closed) or -errno. False: that is the end of the part.
inline bool goes_on(std::int64_t transferred, bool may_end_here, exchanged& so_far) {
  if (transferred > 0) return true;
  if (transferred < 0) so_far.end = conversation_end::failed;
  if (transferred == 0 && !may_end_here) so_far.end = conversation_end::peer_closed;
  so_far.error = static_cast<int>(-transferred);
  return false;
}

/// False, and that is the end of the part: bytes are at hand that nobody awaits.
inline bool leaves_nothing(message_buffer const& at_hand, exchanged& so_far) {
  if (!at_hand.is_empty()) so_far.end = conversation_end::surplus;
  return at_hand.is_empty();
}

/// Whether the peer may close now, while the `awaited` step of `part` waits for its first byte.
inline bool may_end_at(step const& awaited, conversation const& part, message_buffer const& at_hand) {
  return part.until_closed && &awaited == part.steps.begin() && at_hand.is_empty();
}

/// The part of a unit whose calls block it. `open()` gives the two streams, as members `in` and `out`, which end with
/// the part; `unit.read_some(in, span)` and `unit.write_some(out, span)` return what goes_on takes. Calls
/// `observe.round(number)` when a round begins and `observe.end()` when the part has come to its end.
template <class Unit, class Open, class Observer>
void converse(Unit&& unit, Open open, conversation const part, exchanged& so_far, Observer observe) {
  auto ends = open();
  std::vector<std::byte> room(message_buffer::room_for(part));
  message_buffer at_hand(room);
  std::uint64_t last_read = 0;
  for (std::uint64_t round = part.first_round; so_far.rounds < part.rounds; ++round) {
    observe.round(round);
    for (step const& each : part.steps) {
      if (each.what == action::fill) {
        if (!leaves_nothing(at_hand, so_far)) return observe.end();
        at_hand.fill(each.size, round);
      }
      if (each.what == action::read) {
        while (!at_hand.has(each.size)) {
          std::int64_t const count = unit.read_some(ends.in, at_hand.room());
          if (!goes_on(count, may_end_at(each, part, at_hand), so_far)) return observe.end();
          at_hand.arrived(static_cast<std::size_t>(count));
        }
        last_read = message_checksum(at_hand.take(each.size), round);
        so_far.checksum += last_read;
        so_far.bytes_in += each.size;
      }
      if (each.what == action::compute) so_far.checksum += compute(last_read, each.size);
      if (each.what == action::write)
        for (auto left = at_hand.message(); !left.empty();) {
          std::int64_t const count = unit.write_some(ends.out, left);
          if (!goes_on(count, false, so_far)) return observe.end();
          so_far.bytes_out += static_cast<std::uint64_t>(count);
          left = left.subspan(static_cast<std::size_t>(count));
        }
    }
    ++so_far.rounds;
  }
  leaves_nothing(at_hand, so_far);
  observe.end();
}

/// The part of a unit that awaits the same, of those it takes turns with. So its coroutine is the unit.
template <class Model, class Open, class Observer>
typename Model::turns::unit converse_awaited(typename Model::turns& among, Open open, conversation const part,
                                             exchanged& so_far, Observer observe) {
  auto ends = open();
  std::vector<std::byte> room(message_buffer::room_for(part));
  message_buffer at_hand(room);
  std::uint64_t last_read = 0;
  for (std::uint64_t round = part.first_round; so_far.rounds < part.rounds; ++round) {
    observe.round(round);
    for (step const& each : part.steps) {
      if (each.what == action::fill) {
        if (!leaves_nothing(at_hand, so_far)) {
          observe.end();
          co_return;
        }
        at_hand.fill(each.size, round);
      }
      if (each.what == action::read) {
        while (!at_hand.has(each.size)) {
          std::int64_t const count = co_await among.read_some(ends.in, at_hand.room());
          if (!goes_on(count, may_end_at(each, part, at_hand), so_far)) {
            observe.end();
            co_return;
          }
          at_hand.arrived(static_cast<std::size_t>(count));
        }
        last_read = message_checksum(at_hand.take(each.size), round);
        so_far.checksum += last_read;
        so_far.bytes_in += each.size;
      }
      if (each.what == action::compute) so_far.checksum += compute(last_read, each.size);
      if (each.what == action::write)
        for (auto left = at_hand.message(); !left.empty();) {
          std::int64_t const count = co_await among.write_some(ends.out, left);
          if (!goes_on(count, false, so_far)) {
            observe.end();
            co_return;
          }
          so_far.bytes_out += static_cast<std::uint64_t>(count);
          left = left.subspan(static_cast<std::size_t>(count));
        }
    }
    ++so_far.rounds;
  }
  leaves_nothing(at_hand, so_far);
  observe.end();
}

}  // namespace unitcost::workloads
