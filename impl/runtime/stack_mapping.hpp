// Stacks for fibers: mapped in chunks, cut into equal slots, with a free list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

namespace unitcost::runtime {

/// What stands below a stack. `page`: one inaccessible page, so an overflow ends in SIGSEGV instead of in the
/// neighbour's stack. It costs a page of address space and splits the mapping: two map entries a stack.
enum class stack_guard : std::uint8_t { none, page };
std::string_view to_string(stack_guard guard);

/// A stack's memory, without its guard. Grows downwards from `end()`.
using stack_span = std::span<std::byte>;

/// Up to `capacity` stacks of the same size, packed: neighbours share page tables, and chunks the kernel's map entries.
/// A chunk is reserved when its first stack is taken, a page is charged when it is first written. Transparent huge
/// pages are refused, or one touched byte could cost 2 MiB. Thread-safe; a taken stack belongs to the taker.
class stack_mapping {
 public:
  /// `stack_bytes` is rounded up to whole pages. Throws limit_reached when there cannot be so much address space.
  stack_mapping(std::size_t stack_bytes, stack_guard guard, std::uint64_t capacity);
  stack_mapping(stack_mapping const&) = delete;
  stack_mapping& operator=(stack_mapping const&) = delete;
  ~stack_mapping();

  /// The stack given back last, else a fresh one. Throws limit_reached when all are taken or the kernel refuses.
  stack_span take();

  /// The memory stays resident, as a pool's does. The list's link is written at the stack's end, which is touched.
  void give_back(stack_span stack);

  /// The most stacks of this kind that the machine can hold at once: a page of memory each, the address space, and
  /// with guards the kernel's map count (vm.max_map_count, of which some hundreds serve the rest of the process).
  static std::uint64_t most_stacks(std::size_t stack_bytes, stack_guard guard);

 private:
  friend class stack_cache;
  struct free_stack {
    free_stack* next;
  };
  stack_span take_locked();
  void give_back_locked(stack_span stack);
  stack_span fresh_locked();
  void map_chunk_locked();

  std::size_t stack_bytes_;
  std::size_t guard_bytes_;
  std::uint64_t capacity_;
  std::size_t stacks_per_chunk_ = 0;
  std::mutex mutex_;                // guards what follows
  std::vector<std::byte*> chunks_;  // room for all from the start
  std::uint64_t used_ = 0;          // slots [0, used_) have been taken at least once
  free_stack* free_ = nullptr;      // newest first: its pages are warm
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
