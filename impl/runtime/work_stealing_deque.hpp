// Chase and Lev's work-stealing deque ("Dynamic Circular Work-Stealing Deque", SPAA 2005) with a private end, as the
// split deque of Lace has one (van Dijk and van de Pol, "Lace: Non-blocking Split Deque for Work-Stealing", 2014).
//
//          top_         split_            bottom_
//           |   shared    |    private      |
//     oldest item                    youngest item + 1
//
// Thieves see the items below `split_`. The owner's are above it: pushing and popping them takes neither a locked
// instruction nor a fence. Whenever the owner finds that nothing is left to steal it moves `split_` up to `bottom_`,
// one store. In a graph that is walked depth first the shared items are the few nearest to the root, the largest pieces
// of work, and nearly all of what is pushed is popped before it is ever shared.
//
// The shared part is Chase and Lev's with `split_` in the place of their `bottom`, in the C11 memory orders of Lê, Pop,
// Cohen and Zappa Nardelli ("Correct and Efficient Work-Stealing for Weak Memory Models", PPoPP 2013), whose two
// seq_cst fences are folded into seq_cst operations on `top_` and `split_`: TSan models operations but no stand-alone
// fences, and on x86 a seq_cst store is an xchg where clang's fence is an mfence.
//
// Below, S is the single total order of all seq_cst operations.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace unitcost::runtime {

/// Pointers to T; the deque never dereferences them. (A continuation of a coroutine, a fiber.) One thread, the owner,
/// pushes and pops at the bottom, last in first out; any thread steals shared items at the top, oldest first. Each
/// pushed item is given to exactly one taker. `Atomic` is what a test that explores all interleavings puts there.
template <class T, template <class> class Atomic = std::atomic>
class work_stealing_deque {
 public:
  /// `capacity` is a power of two; the deque grows when it is full.
  explicit work_stealing_deque(std::size_t capacity = 1024) { install(std::make_unique<ring>(capacity)); }
  work_stealing_deque(work_stealing_deque const&) = delete;
  work_stealing_deque& operator=(work_stealing_deque const&) = delete;

  /// Owner only. True when the items became shared: the caller then asks whether anybody sleeps (parking.hpp). Throws
  /// std::bad_alloc when full and the memory is; the deque is unchanged then. Cannot throw after reserve_one, or in
  /// place of an item that was just taken.
  bool push(T* item) {
    // Acquire: pairs with the release half of a thief's compare-exchange, so that the thief's read of a slot comes
    // before the write that reuses the slot a lap later. Without it the thief could take that later item twice.
    std::int64_t const top = top_.load(std::memory_order_acquire);
    ring_with_room(top)->put(bottom_, item);
    ++bottom_;
    return share_beyond(top);
  }

  /// Owner only: push for an owner without thieves. Nothing becomes shared, so no locked instruction is needed to share
  /// the item, and none to pop it unless the owner shares it meanwhile. Throws as push does.
  void push_private(T* item) {
    // Relaxed: without thieves only this thread moves top.
    ring_with_room(top_.load(std::memory_order_relaxed))->put(bottom_, item);
    ++bottom_;
  }

  /// Owner only: makes room, so that the next push cannot fail. Throws as push does.
  void reserve_one() { ring_with_room(top_.load(std::memory_order_acquire)); }

  /// Owner only: shares all items if none is shared. True as of push. For an owner that goes on popping without a push.
  bool share_if_none_is() {
    // Relaxed: a top that is behind delays the sharing until the next look.
    return bottom_ != split_.load(std::memory_order_relaxed) && share_beyond(top_.load(std::memory_order_relaxed));
  }

  /// Owner only: shares all items, whatever is shared already, for an owner that may not come back to the deque for
  /// long. It then is Chase and Lev's, without a private end.
  void share_all() { split_.store(bottom_, std::memory_order_seq_cst); }  // seq_cst and release as in share_beyond

  /// Owner only. The youngest item; nullptr when there is none left.
  T* pop() {
    if (bottom_ == split_.load(std::memory_order_relaxed)) return pop_shared();  // written by this thread alone
    return ring_.load(std::memory_order_relaxed)->get(--bottom_);
  }

  /// Owner only: pop for an owner that knows what it pushed last and wants only that. False when that was stolen.
  bool take_back() {
    if (bottom_ == split_.load(std::memory_order_relaxed)) return pop_shared() != nullptr;
    --bottom_;
    return true;
  }

  /// Any thread. The oldest shared item; nullptr when there is none or another taker was faster.
  T* steal() {
    std::int64_t top = top_.load(std::memory_order_acquire);            // see pop_shared
    std::int64_t const split = split_.load(std::memory_order_seq_cst);  // its acquire half pairs with share_beyond
    if (top >= split) return nullptr;
    // Acquire: the slots that `grow` copied are read from the ring it installed. The read of the slot may be stale;
    // then top has moved on and the compare-exchange fails, which is why the read comes first.
    T* const item = ring_.load(std::memory_order_acquire)->get(top);
    bool const taken = top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed);
    return taken ? item : nullptr;
  }

  /// Any thread. False when a shared item that precedes this call in S is still there to be taken; one that its owner
  /// is just taking may count as gone.
  bool looks_empty() const {
    // Relaxed: a stale top is smaller, with which the deque looks fuller than it is.
    std::int64_t const top = top_.load(std::memory_order_relaxed);
    return top >= split_.load(std::memory_order_seq_cst);
  }

 private:
  /// A circular array indexed by ever-growing positions. Slots are atomic because a thief may read one while the
  /// owner writes it (and then discards what it read); relaxed, since `bottom_` and `ring_` order them.
  class ring {
   public:
    explicit ring(std::size_t capacity) : mask_(capacity - 1), slots_(new Atomic<T*>[capacity]) {}
    std::int64_t capacity() const { return static_cast<std::int64_t>(mask_ + 1); }
    T* get(std::int64_t position) const { return slots_[slot(position)].load(std::memory_order_relaxed); }
    void put(std::int64_t position, T* item) { slots_[slot(position)].store(item, std::memory_order_relaxed); }

   private:
    std::size_t slot(std::int64_t position) const { return static_cast<std::size_t>(position) & mask_; }
    std::size_t mask_;
    std::unique_ptr<Atomic<T*>[]> slots_;
  };

  bool share_beyond(std::int64_t top) {
    if (top < split_.load(std::memory_order_relaxed)) [[likely]]
      return false;
    // Release: a thief that reads this value also reads the slots and whatever the items point to. Seq_cst beyond that,
    // since the owner next asks whether anybody sleeps: either this store precedes in S the sleeper's last look at the
    // deque, or the sleeper's announcement precedes the owner's question. With release alone the store could wait in
    // the store buffer during both, and the sleeper would miss the items.
    split_.store(bottom_, std::memory_order_seq_cst);
    return true;
  }

  [[gnu::noinline]] T* pop_shared() {
    std::int64_t const youngest = bottom_ - 1;
    ring* const items = ring_.load(std::memory_order_relaxed);
    // Seq_cst for the store, for the load after it, and for a thief's load of split and compare-exchange: the owner
    // takes slot `youngest` without a compare-exchange when it sees top < youngest. A thief could take the same slot
    // only having read top == youngest from another thief's compare-exchange (or its own), which the owner did not see.
    // So in S: this store, the owner's load, that compare-exchange, the thief's load of split; the last must see this
    // store, finds nothing shared and takes nothing. Weaken any one (release store, acquire load) and the chain breaks:
    // both take the item. The thief's load of top may be an acquire: it reads from that compare-exchange, so what
    // follows it happens after that, and S agrees with happens-before.
    // (tests/impl/runtime/work_stealing_deque_orders_test.cpp)
    split_.store(youngest, std::memory_order_seq_cst);
    std::int64_t top = top_.load(std::memory_order_seq_cst);
    if (top < youngest) {
      bottom_ = youngest;
      return items->get(youngest);
    }
    T* item = nullptr;
    // The last item: whoever moves top owns it. Seq_cst as for the thieves, of which the owner is one here.
    if (top == youngest &&
        top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed))
      item = items->get(youngest);
    // Relaxed: top has reached this value, so a thief that reads it either sees an empty deque or has a stale top, with
    // which its compare-exchange fails. It never takes an item on the word of this store.
    split_.store(bottom_, std::memory_order_relaxed);
    return item;
  }

  /// The ring, grown if slot `bottom_` is not free. `top` was loaded with acquire, or there are no thieves.
  ring* ring_with_room(std::int64_t top) {
    ring* const items = ring_.load(std::memory_order_relaxed);  // written by this thread alone
    return bottom_ - top < items->capacity() ? items : grow(*items, top);
  }
  [[gnu::noinline]] ring* grow(ring const& full, std::int64_t top) {
    auto larger = std::make_unique<ring>(static_cast<std::size_t>(full.capacity()) * 2);
    for (std::int64_t position = top; position < bottom_; ++position) larger->put(position, full.get(position));
    return install(std::move(larger));
  }
  ring* install(std::unique_ptr<ring> next) {
    rings_.push_back(std::move(next));
    // Release: pairs with the thief's acquire load of `ring_`.
    ring_.store(rings_.back().get(), std::memory_order_release);
    return rings_.back().get();
  }

  // A cache line for each writer and its readers: a steal does not slow down a push, nor does a thief that looks.
  alignas(64) Atomic<std::int64_t> top_{0};
  alignas(64) Atomic<std::int64_t> split_{0};
  Atomic<ring*> ring_{nullptr};
  alignas(64) std::int64_t bottom_ = 0;       // the owner's alone
  std::vector<std::unique_ptr<ring>> rings_;  // outgrown ones stay: a thief may still read from them
};

}  // namespace unitcost::runtime
