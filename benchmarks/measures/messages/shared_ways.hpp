// Ways through memory that both parties map: a bounded queue, one slot with a futex, a semaphore, a cache line.
//
// A message is copied in by who sends it and out by who receives it, as by the kernel's ways: from memory of the one's
// to memory of the other's.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "benchmarks/measures/messages/message_way.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/posix_semaphore.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

/// A ring of slots between two semaphores, that of free slots and that of filled ones: a bounded queue. One puts and
/// one gets in each direction, so a place of the ring needs no lock.
class queue_way final : public message_way {
 public:
  static constexpr unsigned slots = 8;

  explicit queue_way(way_order const& order);
  void send(party from, std::span<std::byte const> message, peer_watch& watch) override;
  void receive(party at, std::span<std::byte> message, peer_watch& watch) override;

 private:
  struct direction {
    explicit direction(runtime::sharing between) : free(slots, between), filled(0, between) {}
    runtime::posix_semaphore free, filled;
    alignas(64) unsigned next_put = 0;
    alignas(64) unsigned next_got = 0;
  };
  struct directions {
    explicit directions(runtime::sharing between) : both{direction(between), direction(between)} {}
    std::array<direction, 2> both;
  };
  std::span<std::byte> slot(party from, unsigned place, std::size_t bytes) const;

  std::size_t slot_bytes_;
  runtime::shared_object<directions> state_;
  runtime::shared_region slots_;
};

/// One slot for each direction, and a futex that says whether it is full.
class futex_slot_way final : public message_way {
 public:
  explicit futex_slot_way(way_order const& order);
  void send(party from, std::span<std::byte const> message, peer_watch& watch) override;
  void receive(party at, std::span<std::byte> message, peer_watch& watch) override;

 private:
  struct alignas(64) flag {
    static constexpr std::uint32_t empty = 0, full = 1;
    runtime::futex_word state{empty};
    std::atomic<std::uint32_t> sleepers{0};
  };
  void await(flag& of, std::uint32_t wanted, peer_watch& watch) const;
  void change(flag& of, std::uint32_t to) const;
  std::span<std::byte> slot(party from, std::size_t bytes) const;

  std::size_t slot_bytes_;
  runtime::sharing between_;
  runtime::shared_array<flag> flags_;
  runtime::shared_region slots_;
};

/// A semaphore for each direction, and nothing else. A message's number lies in shared memory beside it, and only
/// proves that no post was lost or came twice.
class semaphore_way final : public message_way {
 public:
  explicit semaphore_way(way_order const& order);
  void send(party from, std::span<std::byte const> message, peer_watch& watch) override;
  void receive(party at, std::span<std::byte> message, peer_watch& watch) override;

 private:
  struct direction {
    explicit direction(runtime::sharing between) : posted(0, between) {}
    runtime::posix_semaphore posted;
    std::atomic<std::uint64_t> number{0};
  };
  struct directions {
    explicit directions(runtime::sharing between) : both{direction(between), direction(between)} {}
    std::array<direction, 2> both;
  };
  runtime::shared_object<directions> state_;
};

/// Two words of one cache line, one for each direction, on which both spin: the least time in which anything can come
/// from one CPU to another. A message is one word.
class cache_line_way final : public message_way {
 public:
  explicit cache_line_way(way_order const&) {}
  void send(party from, std::span<std::byte const> message, peer_watch& watch) override;
  void receive(party at, std::span<std::byte> message, peer_watch& watch) override;

 private:
  struct alignas(64) line {
    std::array<std::atomic<std::uint64_t>, 2> words{};
  };
  runtime::shared_object<line> line_;
};

}  // namespace unitcost::measures
