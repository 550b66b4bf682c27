// Slots in shared memory through which a unit in another process returns its result to the unit that joins it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

#include "impl/runtime/futex.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::processes {

inline constexpr std::size_t result_bytes = 16;

/// What a unit may return (see impl/model.hpp): its bytes are copied from one process to another.
template <class Result>
inline constexpr bool is_portable_result = std::is_trivially_copyable_v<Result> && sizeof(Result) <= result_bytes;

/// One unit's result. 64 bytes: a cache line, so that no unit's store travels with a neighbour's.
class alignas(64) result_slot {
 public:
  /// By the unit, once. True when a joiner sleeps on `state` and has to be woken.
  template <class Result>
  bool put(Result const& value) {
    static_assert(is_portable_result<Result>, "a unit returns a trivially copyable value of at most 16 bytes");
    std::memcpy(value_.data(), &value, sizeof value);
    // Release: whoever sees `done` sees the value. Acquire is not needed: nothing of the joiner's is read after.
    return state.exchange(done, std::memory_order_release) == awaited;
  }

  bool is_done() const { return state.load(std::memory_order_acquire) == done; }

  /// By the joiner, when about to sleep on `state == awaited`; false when the result is there already. Acquire in
  /// the failure case: the joiner goes on to read the value.
  bool announce_wait() {
    std::uint32_t expected = pending;
    return state.compare_exchange_strong(expected, awaited, std::memory_order_relaxed, std::memory_order_acquire) ||
           expected == awaited;
  }

  /// By the joiner, after `is_done`.
  void copy_to(void* target, std::size_t bytes) const { std::memcpy(target, value_.data(), bytes); }

  static constexpr std::uint32_t pending = 0, done = 1, awaited = 2;
  runtime::futex_word state{pending};

 private:
  friend class result_slots;
  std::atomic<std::uint32_t> next_free_{0};  ///< number + 1 of the next slot in the list of free ones; 0 ends it
  alignas(result_bytes) std::array<std::byte, result_bytes> value_{};
};

/// The slots that a family of processes allocates from, made before any of them is forked: so each of them sees them
/// at the same address. Fresh slots are taken in order, released ones from a list (Treiber's stack); a slot that was
/// never needed is never touched, hence costs no memory.
class result_slots {
 public:
  explicit result_slots(std::uint32_t capacity) : capacity_(capacity), slots_(capacity * sizeof(result_slot)) {}

  /// A pending slot; nullptr when all are in use.
  result_slot* allocate() {
    std::uint64_t head = heads_->free.load(std::memory_order_acquire);
    while (number_of(head) != 0) {
      result_slot* const slot = slot_at(number_of(head) - 1);
      std::uint64_t const next = with_next_tag(head, slot->next_free_.load(std::memory_order_relaxed));
      // Acquire: what the releasing process did with the slot is over before we write to it.
      if (heads_->free.compare_exchange_weak(head, next, std::memory_order_acquire)) {
        // Not constructed anew: a process that lost this race may still be reading next_free_.
        slot->state.store(result_slot::pending, std::memory_order_relaxed);
        return slot;
      }
    }
    if (heads_->fresh.load(std::memory_order_relaxed) >= capacity_) return nullptr;
    std::uint32_t const index = heads_->fresh.fetch_add(1, std::memory_order_relaxed);
    return index < capacity_ ? std::construct_at(slot_at(index)) : nullptr;
  }

  /// By the joiner, who has copied the value.
  void release(result_slot* slot) {
    auto const number = static_cast<std::uint32_t>(slot - slot_at(0)) + 1;
    std::uint64_t head = heads_->free.load(std::memory_order_relaxed);
    do {
      slot->next_free_.store(number_of(head), std::memory_order_relaxed);
      // Release: pairs with the acquire in `allocate`; also publishes next_free_.
    } while (!heads_->free.compare_exchange_weak(head, with_next_tag(head, number), std::memory_order_release,
                                                 std::memory_order_relaxed));
  }

 private:
  /// The upper half of `free` counts its changes, so that a head that left the list and came back is not taken for
  /// one that stayed (ABA); the lower half is the first free slot's number + 1.
  struct heads {
    std::atomic<std::uint64_t> free{0};
    std::atomic<std::uint32_t> fresh{0};
  };
  static std::uint32_t number_of(std::uint64_t head) { return static_cast<std::uint32_t>(head); }
  static std::uint64_t with_next_tag(std::uint64_t head, std::uint32_t number) {
    return (((head >> 32) + 1) << 32) | number;
  }
  result_slot* slot_at(std::uint32_t index) const {
    return reinterpret_cast<result_slot*>(slots_.bytes().data()) + index;
  }

  std::uint32_t capacity_;
  runtime::shared_region slots_;
  runtime::shared_object<heads> heads_;
};

}  // namespace unitcost::processes
