// The messages of `ipc`: each has a number and a content that follows from it, and is counted by both sides.
//
// To make and to compare a mebibyte takes as long as to send it. So the content is made once, and with each message
// only its first word changes, its number, and its last, which is derived from that. The receiver compares these with
// every message, and with them one word between, another each time; the whole where its caller has time for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"

namespace unitcost::measures {

inline constexpr std::size_t word_bytes = sizeof(std::uint64_t);

/// Of one direction, in shared memory: what one party sent, and what became of it at the other.
struct message_tally {
  struct alignas(64) sender {  // a cache line for each side: what one counts costs the other nothing
    std::uint64_t count = 0, sum = 0;
  } sent;
  struct alignas(64) receiver {
    std::uint64_t count = 0, sum = 0;
    std::uint64_t sound = 0;    ///< in their turn, with the words that were compared
    std::uint64_t damaged = 0;  ///< that were compared as a whole, and differed
    std::uint64_t due = 1;      ///< the next number
  } received;

  bool all_sound() const { return received.sound == received.count && received.damaged == 0; }
};

/// Proves that each message came once, in its turn and undamaged.
void check_messages(message_tally const& direction, harness::measurement& given);

/// Its first word. Never 0.
struct message_head {
  std::uint64_t number;
  bool is_last;  ///< of its phase

  std::uint64_t word() const { return number << 1 | (is_last ? 1 : 0); }
  static message_head of(std::uint64_t word) { return {word >> 1, (word & 1) != 0}; }
};

/// `seed` is a direction's: an own message that comes back is not the other's.
class outgoing_message {
 public:
  /// Of that many bytes, but one word at least, and whole words.
  outgoing_message(std::uint64_t seed, std::size_t bytes, message_tally& direction);

  /// The next one, to be sent before another is asked for.
  std::span<std::byte const> next(bool is_last = false);
  /// The next one without its content: its number alone.
  std::span<std::byte const> next_number();

 private:
  std::uint64_t numbered(bool is_last);

  std::uint64_t seed_;
  message_tally& direction_;
  std::vector<std::uint64_t> words_;
};

class incoming_message {
 public:
  incoming_message(std::uint64_t seed, std::size_t bytes, message_tally& direction);

  std::span<std::byte> room() { return std::as_writable_bytes(std::span(words_)); }
  std::span<std::byte> room_of_number() { return room().first(word_bytes); }

  /// The message in the room has come.
  message_head note();
  /// The message in the room of its number has come.
  message_head note_number();
  /// Compares all of the message that was noted last.
  void note_whole();

 private:
  bool is_sound(message_head head) const;
  message_head note_head(bool is_sound);

  std::uint64_t seed_;
  message_tally& direction_;
  std::vector<std::uint64_t> words_, expected_;
};

/// What both parties do with a message besides handing it over, so many times: numbers it, compares and counts it. In
/// place of a way, the two words that change are copied. The content is in the room already.
void exchange_in_place(outgoing_message& out, incoming_message& in, std::uint64_t messages);

}  // namespace unitcost::measures
