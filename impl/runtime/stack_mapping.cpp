#include "impl/runtime/stack_mapping.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <string>
#include <system_error>

#include "impl/model.hpp"
#include "impl/runtime/kernel_limits.hpp"
#include "impl/runtime/touch.hpp"

namespace unitcost::runtime {
namespace {

// A quarter of the 47 bits of user address space that both architectures give by default; the rest is for everything
// else, sanitizers' shadows included.
constexpr std::size_t address_budget_bytes = std::size_t{1} << 45;

// Map entries left to the program, its libraries and its threads.
constexpr std::uint64_t map_entries_in_reserve = 1024;

// One system call for 16 stacks at least, whose first pages cost more by far; and so little that what is reserved grows
// with the stacks that are used.
constexpr std::size_t usual_chunk_bytes = std::size_t{256} << 10;
constexpr std::size_t fewest_per_chunk = 16;

constexpr std::size_t cache_line_bytes = 64;

// Half a page: a fiber that waits, and needs less than the other half, writes to one page wherever its stack ends.
constexpr std::size_t most_colours = 32;
constexpr std::size_t coloured_share = 8;

// Stacks this far apart, or further, share no page of the page table (512 entries, on both architectures).
constexpr std::size_t table_page_reach_bytes = std::size_t{2} << 20;

constexpr std::size_t whole(std::size_t unit, std::size_t bytes) { return (bytes + unit - 1) / unit * unit; }

std::size_t rounded_stack(std::size_t bytes, stack_guard guard) {
  return whole(bytes < page_bytes && guard != stack_guard::page ? cache_line_bytes : page_bytes, bytes);
}

std::size_t slot_of(std::size_t stack_bytes, stack_guard guard) {
  return stack_bytes + (guard == stack_guard::page ? page_bytes : 0);
}

std::string system_reason(int code) { return std::generic_category().message(code); }

}  // namespace

std::string_view to_string(stack_guard guard) {
  switch (guard) {
    case stack_guard::none:
      return "none";
    case stack_guard::canary:
      return "canary";
    case stack_guard::page:
      return "page";
  }
  std::abort();
}

stack_mapping::stack_mapping(std::size_t stack_bytes, stack_guard guard, std::uint64_t capacity)
    : stack_bytes_(rounded_stack(stack_bytes, guard)),
      guard_(guard),
      guard_bytes_(guard == stack_guard::page     ? page_bytes
                   : guard == stack_guard::canary ? canary.size()
                                                  : 0),
      slot_bytes_(slot_of(stack_bytes_, guard)),
      colours_(std::clamp<std::size_t>(stack_bytes_ / coloured_share / cache_line_bytes, 1, most_colours)),
      capacity_(capacity) {
  if (stack_bytes_ == 0 || capacity == 0 || capacity > address_budget_bytes / slot_bytes_)
    throw limit_reached("reserving " + std::to_string(capacity) + " stacks of " + std::to_string(stack_bytes_) +
                        " bytes: not between 1 and " + std::to_string(address_budget_bytes) +
                        " bytes of address space; ask for fewer or smaller stacks");
  stacks_per_chunk_ = std::min<std::uint64_t>(capacity, std::max(fewest_per_chunk, usual_chunk_bytes / slot_bytes_));
  chunks_.reserve((capacity + stacks_per_chunk_ - 1) / stacks_per_chunk_);
}

stack_mapping::~stack_mapping() {
  for (std::byte* chunk : chunks_) ::munmap(chunk, chunk_bytes());
}

// With canaries the first slot begins in a page of its own.
std::size_t stack_mapping::chunk_bytes() const {
  return whole(page_bytes, stacks_per_chunk_ * slot_bytes_) + (guard_ == stack_guard::canary ? page_bytes : 0);
}

stack_span stack_mapping::take() {
  std::lock_guard const lock(mutex_);
  return take_locked();
}

void stack_mapping::give_back(stack_span stack) {
  std::lock_guard const lock(mutex_);
  give_back_locked(stack);
}

std::uint64_t stack_mapping::in_use() const {
  std::lock_guard const lock(mutex_);
  return in_use_;
}

bool stack_mapping::guards(void const* address) const noexcept {
  if (guard_ != stack_guard::page) return false;
  auto const where = reinterpret_cast<std::uintptr_t>(address);
  // Acquire: the chunks that are counted.
  std::size_t const mapped = mapped_.load(std::memory_order_acquire);
  for (std::size_t chunk = 0; chunk < mapped; ++chunk) {
    std::uintptr_t const offset = where - reinterpret_cast<std::uintptr_t>(chunks_.data()[chunk]);
    if (offset < chunk_bytes()) return offset % slot_bytes_ < guard_bytes_;
  }
  return false;
}

stack_span stack_mapping::take_locked() {
  stack_span stack;
  if (free_ == nullptr) {
    stack = fresh_locked();
  } else {
    stack = {reinterpret_cast<std::byte*>(free_ + 1) - free_->bytes, free_->bytes};
    free_ = free_->next;
  }
  ++in_use_;
  return stack;
}

void stack_mapping::give_back_locked(stack_span stack) {
  free_ = new (stack.data() + stack.size() - sizeof(free_stack)) free_stack{free_, stack.size()};
  --in_use_;
}

stack_span stack_mapping::fresh_locked() {
  if (used_ == capacity_)
    throw limit_reached("all " + std::to_string(capacity_) + " stacks of " + std::to_string(stack_bytes_) +
                        " bytes are in use; run a smaller or a deeper graph");
  if (used_ == chunks_.size() * stacks_per_chunk_) map_chunk_locked();
  std::size_t const first = guard_ == stack_guard::canary ? page_bytes - cache_line_bytes : 0;
  std::byte* const slot = chunks_.back() + first + used_ % stacks_per_chunk_ * slot_bytes_;
  if (guard_ == stack_guard::canary) std::copy(canary.begin(), canary.end(), slot);  // for all its users
  if (guard_ == stack_guard::page && ::mprotect(slot, guard_bytes_, PROT_NONE) != 0)
    throw limit_reached("guarding stack " + std::to_string(used_) + ": " + system_reason(errno) +
                        "; raise vm.max_map_count or use another guard");
  std::size_t const given_up = used_++ % colours_ * cache_line_bytes;
  return {slot + guard_bytes_, slot_bytes_ - guard_bytes_ - given_up};
}

void stack_mapping::map_chunk_locked() {
  void* const start =
      ::mmap(nullptr, chunk_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  // Under `ulimit -v` or vm.overcommit_memory=2; what a cgroup's limit refuses shows when it is touched.
  if (start == MAP_FAILED) throw std::bad_alloc();
  // Refused by a kernel that was built without huge pages, which is as good.
  ::madvise(start, chunk_bytes(), MADV_NOHUGEPAGE);
  chunks_.push_back(static_cast<std::byte*>(start));
  mapped_.store(chunks_.size(), std::memory_order_release);
}

std::uint64_t stack_mapping::most_stacks(std::size_t stack_bytes, stack_guard guard) {
  std::size_t const rounded = rounded_stack(stack_bytes, guard);
  std::size_t const slot_bytes = slot_of(rounded, guard);
  std::uint64_t const in_memory =
      pages_of_memory() * (page_bytes / std::min(rounded, page_bytes)) / (slot_bytes < table_page_reach_bytes ? 1 : 2);
  std::uint64_t const most = std::min<std::uint64_t>(in_memory, address_budget_bytes / slot_bytes);
  if (guard != stack_guard::page) return most;
  std::uint64_t const entries = max_map_count();
  return std::min(most, entries > map_entries_in_reserve ? (entries - map_entries_in_reserve) / 2 : 1);
}

stack_span stack_cache::refill() {
  std::lock_guard const lock(mapping_.mutex_);
  // Used stacks come in batches; fresh ones singly, so that a cache hoards no memory that nobody has used.
  while (size_ < batch && mapping_.free_ != nullptr) stacks_[size_++] = mapping_.take_locked();
  return size_ > 0 ? stacks_[--size_] : mapping_.take_locked();
}

void stack_cache::spill(std::size_t keep) {
  std::lock_guard const lock(mapping_.mutex_);
  while (size_ > keep) mapping_.give_back_locked(stacks_[--size_]);
}

}  // namespace unitcost::runtime
