#include "benchmarks/measures/messages/numbered_message.hpp"

#include <algorithm>
#include <cstring>

#include "workloads/splitmix64.hpp"

namespace unitcost::measures {
namespace {

using workloads::mix;

std::size_t words_in(std::size_t bytes) { return std::max<std::size_t>(bytes / word_bytes, 1); }

std::vector<std::uint64_t> content_of(std::uint64_t seed, std::size_t bytes) {
  workloads::splitmix64 stream(seed);
  std::vector<std::uint64_t> words(words_in(bytes));
  for (std::uint64_t& word : words) word = stream.next();
  return words;
}

std::uint64_t last_word_of(std::uint64_t seed, std::uint64_t first_word) { return mix(seed ^ first_word); }

}  // namespace

void check_messages(message_tally const& direction, harness::measurement& given) {
  auto const& [sent, received] = direction;
  given.check(received.sound, sent.count, received.sum, sent.sum);
  given.check(0, 0, received.damaged, 0);
}

outgoing_message::outgoing_message(std::uint64_t seed, std::size_t bytes, message_tally& direction)
    : seed_(seed), direction_(direction), words_(content_of(seed, bytes)) {}

std::uint64_t outgoing_message::numbered(bool is_last) {
  std::uint64_t const first = message_head{++direction_.sent.count, is_last}.word();
  direction_.sent.sum += mix(first);
  return first;
}

std::span<std::byte const> outgoing_message::next(bool is_last) {
  words_.front() = numbered(is_last);
  if (words_.size() > 1) words_.back() = last_word_of(seed_, words_.front());
  return std::as_bytes(std::span(words_));
}

std::span<std::byte const> outgoing_message::next_number() {
  words_.front() = numbered(true);
  return std::as_bytes(std::span(words_).first(1));
}

incoming_message::incoming_message(std::uint64_t seed, std::size_t bytes, message_tally& direction)
    : seed_(seed), direction_(direction), words_(words_in(bytes)), expected_(content_of(seed, bytes)) {}

bool incoming_message::is_sound(message_head head) const {
  if (words_.size() > 1 && words_.back() != last_word_of(seed_, words_.front())) return false;
  if (words_.size() <= 2) return true;
  // A prime: the places of neighbouring messages lie apart, and each place has its turn.
  std::size_t const place = 1 + head.number * 4099 % (words_.size() - 2);
  return words_[place] == expected_[place];
}

message_head incoming_message::note_head(bool is_sound) {
  message_head const head = message_head::of(words_.front());
  auto& received = direction_.received;
  ++received.count;
  received.sum += mix(words_.front());
  if (is_sound && head.number == received.due) ++received.sound;
  received.due = head.number + 1;
  return head;
}

message_head incoming_message::note() { return note_head(is_sound(message_head::of(words_.front()))); }
message_head incoming_message::note_number() { return note_head(true); }

void incoming_message::note_whole() {
  if (words_.size() <= 2) return;  // all of it was compared
  if (!std::equal(words_.begin() + 1, words_.end() - 1, expected_.begin() + 1)) ++direction_.received.damaged;
}

void exchange_in_place(outgoing_message& out, incoming_message& in, std::uint64_t messages) {
  auto const room = in.room();
  for (std::uint64_t message = 0; message < messages; ++message) {
    auto const sent = out.next();
    std::memcpy(room.data(), sent.data(), word_bytes);
    std::memcpy(room.last(word_bytes).data(), sent.last(word_bytes).data(), word_bytes);
    in.note();
  }
}

}  // namespace unitcost::measures
