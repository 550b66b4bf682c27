// Stacks for fibers: mapped in chunks, cut into equal slots, with a free list.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

namespace unitcost::runtime {

/// What stands below a stack. `none`: the neighbour's stack, which an overflow corrupts silently. `canary`: a few known
/// bytes, which `intact` looks at when it is asked; they lie in the page in which the neighbour's stack ends, so they
/// cost no memory of their own. `page`: one inaccessible page, so an overflow ends in SIGSEGV. It costs a page of
/// address space and splits the mapping: two map entries a stack.
enum class stack_guard : std::uint8_t { none, canary, page };
std::string_view to_string(stack_guard guard);

/// A stack's memory, without its guard. Grows downwards from `end()`.
using stack_span = std::span<std::byte>;

/// Up to `capacity` stacks of the same size, packed: neighbours share page tables (from 2 MiB a stack on, each has a
/// table page of its own), small ones pages, and chunks the kernel's map entries. A chunk is reserved when its first
/// stack is taken, a page is charged when it is first written.
///
/// Stacks end at different places in their pages (an eighth of each, 2 KiB at most, is given up for that): where all
/// end at the same, what their fibers last wrote competes for the same few sets of the cache, which are chosen by an
/// address's lower bits: eight fibers fill an L1 of 8 ways. Transparent huge pages are refused, or one touched byte
/// could cost 2 MiB. Thread-safe; a taken stack belongs to the taker.
class stack_mapping {
 public:
  /// `stack_bytes`, of which a canary takes 16, is rounded up to whole pages, or below one to whole cache lines unless
  /// a page guards it. Throws limit_reached when there cannot be so much address space.
  stack_mapping(std::size_t stack_bytes, stack_guard guard, std::uint64_t capacity);
  stack_mapping(stack_mapping const&) = delete;
  stack_mapping& operator=(stack_mapping const&) = delete;
  ~stack_mapping();

  /// The stack given back last, else a fresh one. Throws limit_reached when all are taken or no more can be guarded,
  /// std::bad_alloc when the kernel has no memory or address space for more.
  stack_span take();

  /// The memory stays resident, as a pool's does. The list's link is written at the stack's end, which is touched.
  void give_back(stack_span stack);

  /// Whether the canary below `stack`, which is one of these, is whole; true with another guard.
  bool intact(stack_span stack) const noexcept {
    return guard_ != stack_guard::canary || std::equal(canary.begin(), canary.end(), stack.data() - canary.size());
  }

  /// Whether `address` lies in a page that guards one of these stacks. May be asked by a signal handler.
  bool guards(void const* address) const noexcept;

  std::size_t stack_bytes() const { return stack_bytes_; }  ///< as asked for and rounded, canary included
  stack_guard guard() const { return guard_; }
  std::uint64_t in_use() const;  ///< taken and not given back; what a cache withholds counts as taken

  /// The most stacks of this kind that the machine can hold at once: memory for the page that each writes, or shares
  /// with its neighbours, and for the table page of a large one; the address space; and with guard pages the kernel's
  /// map count (vm.max_map_count, of which some hundreds serve the rest of the process).
  static std::uint64_t most_stacks(std::size_t stack_bytes, stack_guard guard);

 private:
  friend class stack_cache;
  struct free_stack {
    free_stack* next;
    std::size_t bytes;
  };
  stack_span take_locked();
  void give_back_locked(stack_span stack);
  stack_span fresh_locked();
  void map_chunk_locked();
  std::size_t chunk_bytes() const;

  // A slot is the guard, and above it what is given away. Slots with canaries begin a cache line below a page's end.
  static constexpr std::array<std::byte, 16> canary{std::byte{0xd1}, std::byte{0x5e}, std::byte{0xa5}, std::byte{0xed},
                                                    std::byte{0xca}, std::byte{0x9a}, std::byte{0x41}, std::byte{0x7e},
                                                    std::byte{0x83}, std::byte{0x1b}, std::byte{0xf7}, std::byte{0x3c},
                                                    std::byte{0x96}, std::byte{0x6d}, std::byte{0xe4}, std::byte{0x29}};

  std::size_t stack_bytes_;
  stack_guard guard_;
  std::size_t guard_bytes_;
  std::size_t slot_bytes_;
  std::size_t colours_;  // different ends, a cache line apart
  std::uint64_t capacity_;
  std::size_t stacks_per_chunk_ = 0;
  mutable std::mutex mutex_;             // guards what follows
  std::vector<std::byte*> chunks_;       // room for all from the start, so they never move
  std::atomic<std::size_t> mapped_ = 0;  // how many chunks there are, for `guards`, which cannot lock
  std::uint64_t used_ = 0;               // slots [0, used_) have been taken at least once
  std::uint64_t in_use_ = 0;
  free_stack* free_ = nullptr;  // newest first: its pages are warm
};

/// One worker's hoard of free stacks, so that the mapping's lock is taken once in `batch` spawns. Not thread-safe:
/// it belongs to the kernel thread that runs the worker. Gives everything back at its end.
class stack_cache {
 public:
  static constexpr std::size_t batch = 16;
  static constexpr std::size_t most = 2 * batch;  ///< free stacks that it may withhold from others

  explicit stack_cache(stack_mapping& mapping) : mapping_(mapping) {}
  stack_cache(stack_cache const&) = delete;
  stack_cache& operator=(stack_cache const&) = delete;
  ~stack_cache() { spill(0); }

  stack_span take() { return size_ > 0 ? stacks_[--size_] : refill(); }
  void give_back(stack_span stack) {
    if (size_ == most) spill(most - batch);
    stacks_[size_++] = stack;
  }

 private:
  stack_span refill();
  void spill(std::size_t keep);

  stack_mapping& mapping_;
  std::size_t size_ = 0;
  stack_span stacks_[most];
};

}  // namespace unitcost::runtime
