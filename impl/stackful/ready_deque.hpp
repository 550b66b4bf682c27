// The ready fibers of one worker: its owner works at the newest end, thieves take from the oldest.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace unitcost::fibers {

struct fiber;

/// The deque of Chase and Lev (SPAA 2005) in the form of Lê, Pop, Cohen and Zappa Nardelli (PPoPP 2013), with their
/// fences folded into seq_cst accesses: cheaper than an mfence, and ThreadSanitizer understands them.
///
/// An index only ever grows; index i lives in slot i mod capacity. The ring doubles when full. Old rings stay until
/// the deque's end, for a thief may still read one.
class ready_deque {
 public:
  ready_deque() {
    rings_.push_back(std::make_unique<ring>(initial_capacity));
    publish();
  }
  ready_deque(ready_deque const&) = delete;
  ready_deque& operator=(ready_deque const&) = delete;

  /// Owner only. Throws std::bad_alloc, and then nothing has changed. Cannot throw after reserve_one().
  void push(fiber& item) {
    reserve_one();
    std::int64_t const newest = end_.load(std::memory_order_relaxed);
    ring_.load(std::memory_order_relaxed)->at(newest).store(&item, std::memory_order_relaxed);
    // Release part: a thief that sees the new end sees the item and the fiber behind it. Sequentially consistent,
    // because the owner next asks whether somebody is parked: either it sees the parked worker, or that worker's
    // last look sees this item (parking.hpp). With release alone both could miss, and a ready fiber would wait.
    end_.store(newest + 1, std::memory_order_seq_cst);
  }

  /// Owner only: makes the next push unable to fail.
  void reserve_one() {
    ring& now = *ring_.load(std::memory_order_relaxed);
    std::int64_t const newest = end_.load(std::memory_order_relaxed);
    // Acquire: slots that thieves have emptied may be written again only after they were read.
    std::int64_t const oldest = begin_.load(std::memory_order_acquire);
    if (newest - oldest < now.capacity()) return;
    auto larger = std::make_unique<ring>(2 * now.capacity());
    for (std::int64_t i = oldest; i < newest; ++i)
      larger->at(i).store(now.at(i).load(std::memory_order_relaxed), std::memory_order_relaxed);
    rings_.push_back(std::move(larger));
    publish();
  }

  /// Owner only: the newest, or null.
  fiber* pop() {
    std::int64_t const newest = end_.load(std::memory_order_relaxed) - 1;
    // The claim must be visible before begin is read (store-load order, hence seq_cst on both): else owner and thief
    // could each believe that the last item is theirs.
    end_.store(newest, std::memory_order_seq_cst);
    std::int64_t oldest = begin_.load(std::memory_order_seq_cst);
    if (oldest > newest) {
      end_.store(newest + 1, std::memory_order_relaxed);
      return nullptr;
    }
    fiber* item = ring_.load(std::memory_order_relaxed)->at(newest).load(std::memory_order_relaxed);
    if (oldest == newest) {  // the last one: whoever moves begin has it
      if (!begin_.compare_exchange_strong(oldest, oldest + 1, std::memory_order_seq_cst, std::memory_order_relaxed))
        item = nullptr;
      end_.store(newest + 1, std::memory_order_relaxed);
    }
    return item;
  }

  /// Anyone: the oldest. Null when there is none or when somebody else took it at the same time.
  fiber* steal() {
    std::int64_t oldest = begin_.load(std::memory_order_seq_cst);
    // Reads begin before end, as pop writes end before it reads begin. Acquires what push released.
    if (oldest >= end_.load(std::memory_order_seq_cst)) return nullptr;
    // Acquire: the ring's slots were written before the ring was published. A stale slot is caught by the exchange.
    fiber* const item = ring_.load(std::memory_order_acquire)->at(oldest).load(std::memory_order_relaxed);
    return begin_.compare_exchange_strong(oldest, oldest + 1, std::memory_order_seq_cst, std::memory_order_relaxed)
               ? item
               : nullptr;
  }

  /// Anyone; only a hint, except for what parking.hpp derives from the order of seq_cst accesses.
  bool empty() const { return begin_.load(std::memory_order_seq_cst) >= end_.load(std::memory_order_seq_cst); }

 private:
  // A power of two; 8 KiB, more than a depth-first graph ever has ready.
  static constexpr std::size_t initial_capacity = 1024;

  class ring {
   public:
    explicit ring(std::size_t capacity) : slots_(capacity) {}
    std::int64_t capacity() const { return static_cast<std::int64_t>(slots_.size()); }
    std::atomic<fiber*>& at(std::int64_t index) {
      return slots_[static_cast<std::size_t>(index) & (slots_.size() - 1)];
    }

   private:
    std::vector<std::atomic<fiber*>> slots_;
  };
  static_assert((initial_capacity & (initial_capacity - 1)) == 0);

  /// Release: see steal().
  void publish() { ring_.store(rings_.back().get(), std::memory_order_release); }

  alignas(64) std::atomic<std::int64_t> begin_{0};  // moved by thieves: a cache line apart from the owner's end
  alignas(64) std::atomic<std::int64_t> end_{0};
  std::atomic<ring*> ring_{nullptr};
  std::vector<std::unique_ptr<ring>> rings_;
};

}  // namespace unitcost::fibers
