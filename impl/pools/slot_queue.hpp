// The queue of a pool of processes: which slot is whose. Any process may be killed at any instruction, and neither the
// queue nor a task that somebody else has is hurt by it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "impl/pools/task_slot.hpp"
#include "impl/runtime/doorbell.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::pools {

/// A slot goes from the client (free) into the queue, to a worker (running), and back by way of those that have ended.
/// There are no locks, since a lock's holder can be killed: one word per slot says who has it, and one compare-exchange
/// of it takes the slot and tells who took it. All else (head_, the list of ended slots) is repaired by whoever finds
/// it behind: other workers, or the client when it learns of the death.
class slot_queue {
 public:
  /// Who has a running slot: the number of a worker, or the client, who takes back what nobody began.
  using owner = std::uint16_t;
  static constexpr owner client = 0xFFFF;

  /// `bell` is rung for the client when something has ended while it waits for that.
  slot_queue(std::uint32_t slots, runtime::doorbell const& bell) : entries_(slots), order_(slots), bell_(bell) {}

  std::uint32_t size() const { return static_cast<std::uint32_t>(entries_.size()); }
  task_slot& slot(std::uint32_t index) const { return entries_[index].slot; }

  /// By the client, one of its threads at a time: `index` is free and has its body.
  void push(std::uint32_t index) {
    std::uint64_t const ticket = shared_->tail.load(std::memory_order_relaxed);
    entries_[index].word.store(word_of(ticket, client, phase::queued), std::memory_order_relaxed);
    // There are as many places as slots. A place that is used again belongs to a ticket that was taken, even if head_
    // does not say so yet: had it not been, it and all that came later would be in slots of their own, one too many.
    order_[ticket % order_.size()].store(index, std::memory_order_relaxed);
    // Release: who sees the new tail sees the body, the word and the place.
    shared_->tail.store(ticket + 1, std::memory_order_release);
    announce(1);
  }

  /// The slot that was pushed first, which is `taker`'s from now on.
  std::optional<std::uint32_t> take(owner taker) {
    for (;;) {
      // Acquire, and release below: who sees that a ticket was taken sees a tail that had come by then.
      std::uint64_t ticket = shared_->head.load(std::memory_order_acquire);
      if (ticket == shared_->tail.load(std::memory_order_acquire)) return std::nullopt;
      std::uint32_t const index = order_[ticket % order_.size()].load(std::memory_order_relaxed);
      // The ticket is part of the word: a slot that went round meanwhile has another one, and is not taken.
      std::uint64_t expected = word_of(ticket, client, phase::queued);
      bool const taken = entries_[index].word.compare_exchange_strong(expected, word_of(ticket, taker, phase::running),
                                                                      std::memory_order_relaxed);
      // Whether we took it or another did: he may have been killed before he could say so here.
      shared_->head.compare_exchange_strong(ticket, ticket + 1, std::memory_order_acq_rel, std::memory_order_relaxed);
      if (taken) return index;
    }
  }

  /// The same by a worker, which sleeps while there is none. Nothing when the queue is empty and stopped.
  std::optional<std::uint32_t> take_or_wait(owner taker) {
    for (;;) {
      if (auto const index = take(taker)) return index;
      if (shared_->stopped.load(std::memory_order_acquire)) return std::nullopt;
      // No wake-up is lost: either the announcer's increment of `changes` comes before the kernel compares it with
      // `seen`, and we do not sleep; or it comes after, and then sequential consistency makes our `sleepers` visible to
      // the announcer's load, who wakes us. With anything weaker both could miss each other.
      std::uint32_t const seen = shared_->changes.load(std::memory_order_seq_cst);
      shared_->sleepers.fetch_add(1, std::memory_order_seq_cst);
      if (is_empty() && !shared_->stopped.load(std::memory_order_acquire)) runtime::futex_wait(shared_->changes, seen);
      shared_->sleepers.fetch_sub(1, std::memory_order_relaxed);
    }
  }

  /// By the worker that has the slot and has run it.
  void finish(std::uint32_t index) {
    entry& ended = entries_[index];
    std::uint64_t const had = ended.word.load(std::memory_order_relaxed);
    // Release: what the task wrote comes first. If we are killed after this line, left_by finds the slot.
    ended.word.store((had & ~phase_mask) | static_cast<std::uint64_t>(phase::ended), std::memory_order_release);
    std::uint32_t newest = shared_->ended.load(std::memory_order_relaxed);
    do {
      ended.next = newest;
      // The client takes all or nothing, so that no head can leave the list and come back below another (ABA).
    } while (
        !shared_->ended.compare_exchange_weak(newest, index + 1, std::memory_order_seq_cst, std::memory_order_relaxed));
    // Sequential consistency here and in prepare_wait: either we see that the client waits, or it sees what has ended.
    if (shared_->client_waits.load(std::memory_order_seq_cst) && shared_->client_waits.exchange(false)) bell_.ring();
  }

  /// By the client: those that have ended since the last call, the first of them first. They are its own, free ones.
  std::vector<std::uint32_t> take_ended() {
    std::vector<std::uint32_t> taken;
    std::uint32_t next = shared_->ended.exchange(0, std::memory_order_acquire);
    for (; next != 0; next = entries_[next - 1].next) taken.push_back(next - 1);
    for (std::uint32_t const index : taken) release(index);
    return {taken.rbegin(), taken.rend()};
  }

  /// By the client, before it waits for the bell: false when something has ended already.
  bool prepare_wait() {
    shared_->client_waits.store(true, std::memory_order_seq_cst);
    return shared_->ended.load(std::memory_order_seq_cst) == 0;
  }

  struct left_slot {
    std::uint32_t index;
    bool has_ended;  ///< its task was run to its end
  };
  /// By the client, after take_ended: what a worker that is no more has left. They are the client's own, free ones.
  std::vector<left_slot> left_by(owner dead) {
    std::vector<left_slot> left;
    for (std::uint32_t index = 0; index < size(); ++index) {
      std::uint64_t const word = entries_[index].word.load(std::memory_order_acquire);
      phase const at = static_cast<phase>(word & phase_mask);
      if ((at != phase::running && at != phase::ended) || owner_in(word) != dead) continue;
      left.push_back({index, at == phase::ended});
      release(index);
    }
    return left;
  }

  /// Makes workers end that find nothing to do.
  void stop() {
    shared_->stopped.store(true, std::memory_order_release);
    announce(INT_MAX);
  }

 private:
  enum class phase : std::uint64_t { free, queued, running, ended };
  static constexpr std::uint64_t phase_mask = 3;
  static constexpr unsigned owner_shift = 2, ticket_shift = 18;  ///< 46 bits of ticket: two years of a million a second

  static std::uint64_t word_of(std::uint64_t ticket, owner who, phase at) {
    return (ticket << ticket_shift) | (std::uint64_t{who} << owner_shift) | static_cast<std::uint64_t>(at);
  }
  static owner owner_in(std::uint64_t word) { return static_cast<owner>(word >> owner_shift); }

  bool is_empty() const {
    return shared_->head.load(std::memory_order_acquire) == shared_->tail.load(std::memory_order_acquire);
  }
  void release(std::uint32_t index) { entries_[index].word.store(0, std::memory_order_relaxed); }

  /// Wakes up to `count` sleepers, without a system call when there are none.
  void announce(int count) {
    shared_->changes.fetch_add(1, std::memory_order_seq_cst);
    if (shared_->sleepers.load(std::memory_order_seq_cst) != 0) runtime::futex_wake(shared_->changes, count);
  }

  struct alignas(64) entry {
    std::atomic<std::uint64_t> word;  ///< ticket, owner, phase
    std::uint32_t next;               ///< number + 1 of the slot that ended before this one; 0: none
    task_slot slot;
  };
  /// Lines of their own for what the client writes, what takers write, and what those write that end or sleep.
  struct shared_state {
    alignas(64) std::atomic<std::uint64_t> tail{0};  ///< of the next ticket
    runtime::futex_word changes{0};
    alignas(64) std::atomic<std::uint64_t> head{0};      ///< of the oldest ticket that may not be taken yet
    alignas(64) std::atomic<std::uint32_t> sleepers{0};  ///< too high when one was killed asleep: costs a system call
    std::atomic<std::uint32_t> ended{0};                 ///< number + 1 of the slot that ended last
    std::atomic<bool> client_waits{false};
    std::atomic<bool> stopped{false};
  };

  runtime::shared_array<entry> entries_;
  runtime::shared_array<std::atomic<std::uint32_t>> order_;  ///< the slot of ticket t at t % size
  runtime::shared_object<shared_state> shared_;
  runtime::doorbell const& bell_;
};

}  // namespace unitcost::pools
