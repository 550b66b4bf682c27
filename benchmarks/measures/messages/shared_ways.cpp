#include "benchmarks/measures/messages/shared_ways.hpp"

#include <cstring>
#include <stdexcept>

namespace unitcost::measures {
namespace {

constexpr std::size_t index_of(party from) { return from == party::asker ? 0 : 1; }

void acquire_watched(runtime::posix_semaphore& semaphore, peer_watch& watch) {
  semaphore.acquire([&watch] { watch.look(); });
}

void copy_into(std::span<std::byte> target, std::span<std::byte const> source) {
  std::memcpy(target.data(), source.data(), source.size());
}

std::uint64_t word_in(std::span<std::byte const> message) {
  if (message.size() != sizeof(std::uint64_t)) throw std::logic_error("this way carries messages of one word");
  std::uint64_t word = 0;
  std::memcpy(&word, message.data(), sizeof word);
  return word;
}
void put_word(std::uint64_t word, std::span<std::byte> message) {
  if (message.size() != sizeof word) throw std::logic_error("this way carries messages of one word");
  std::memcpy(message.data(), &word, sizeof word);
}

/// A whole number of cache lines: slots share none.
std::size_t in_lines(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

}  // namespace

queue_way::queue_way(way_order const& order)
    : slot_bytes_(in_lines(order.message_bytes)), state_(order.between), slots_(2 * slots * slot_bytes_) {}

std::span<std::byte> queue_way::slot(party from, unsigned place, std::size_t bytes) const {
  return slots_.bytes().subspan((index_of(from) * slots + place) * slot_bytes_, bytes);
}

void queue_way::send(party from, std::span<std::byte const> message, peer_watch& watch) {
  direction& to = state_->both[index_of(from)];
  acquire_watched(to.free, watch);
  copy_into(slot(from, to.next_put, message.size()), message);
  to.next_put = (to.next_put + 1) % slots;
  to.filled.release();
}

void queue_way::receive(party at, std::span<std::byte> message, peer_watch& watch) {
  direction& from = state_->both[index_of(other(at))];
  acquire_watched(from.filled, watch);
  copy_into(message, slot(other(at), from.next_got, message.size()));
  from.next_got = (from.next_got + 1) % slots;
  from.free.release();
}

futex_slot_way::futex_slot_way(way_order const& order)
    : slot_bytes_(in_lines(order.message_bytes)), between_(order.between), flags_(2), slots_(2 * slot_bytes_) {}

std::span<std::byte> futex_slot_way::slot(party from, std::size_t bytes) const {
  return slots_.bytes().subspan(index_of(from) * slot_bytes_, bytes);
}

void futex_slot_way::await(flag& of, std::uint32_t wanted, peer_watch& watch) const {
  // Acquire: with `change` it orders the copies. Without it a message could be read before it was written, or be
  // overwritten before it was read.
  while (of.state.load(std::memory_order_acquire) != wanted) {
    of.sleepers.fetch_add(1, std::memory_order_seq_cst);
    runtime::futex_wait(of.state, 1 - wanted, between_);
    of.sleepers.fetch_sub(1, std::memory_order_relaxed);
    watch.look();
  }
}

void futex_slot_way::change(flag& of, std::uint32_t to) const {
  // Both seq_cst, as the sleeper's addition: who finds no sleeper has stored before the sleeper added itself, and the
  // kernel, which reads the state after that, does not let it sleep. With less a wake-up could be missed.
  of.state.store(to, std::memory_order_seq_cst);
  if (of.sleepers.load(std::memory_order_seq_cst) > 0) runtime::futex_wake(of.state, 1, between_);
}

void futex_slot_way::send(party from, std::span<std::byte const> message, peer_watch& watch) {
  flag& full = flags_[index_of(from)];
  await(full, flag::empty, watch);
  copy_into(slot(from, message.size()), message);
  change(full, flag::full);
}

void futex_slot_way::receive(party at, std::span<std::byte> message, peer_watch& watch) {
  flag& full = flags_[index_of(other(at))];
  await(full, flag::full, watch);
  copy_into(message, slot(other(at), message.size()));
  change(full, flag::empty);
}

semaphore_way::semaphore_way(way_order const& order) : state_(order.between) {}

void semaphore_way::send(party from, std::span<std::byte const> message, peer_watch&) {
  direction& to = state_->both[index_of(from)];
  to.number.store(word_in(message), std::memory_order_relaxed);  // ordered by the semaphore
  to.posted.release();
}

void semaphore_way::receive(party at, std::span<std::byte> message, peer_watch& watch) {
  direction& from = state_->both[index_of(other(at))];
  acquire_watched(from.posted, watch);
  put_word(from.number.load(std::memory_order_relaxed), message);
}

void cache_line_way::send(party from, std::span<std::byte const> message, peer_watch& watch) {
  auto& word = line_->words[index_of(from)];
  // Relaxed, here and below: the word is all there is to a message, and nothing else is ordered by it.
  while (word.load(std::memory_order_relaxed) != 0) watch.look();
  word.store(word_in(message), std::memory_order_relaxed);
}

void cache_line_way::receive(party at, std::span<std::byte> message, peer_watch& watch) {
  auto& word = line_->words[index_of(other(at))];
  std::uint64_t came = 0;
  while ((came = word.load(std::memory_order_relaxed)) == 0) watch.look();
  word.store(0, std::memory_order_relaxed);
  put_word(came, message);
}

}  // namespace unitcost::measures
