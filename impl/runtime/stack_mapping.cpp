#include "impl/runtime/stack_mapping.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
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

constexpr std::size_t whole_pages(std::size_t bytes) { return (bytes + page_bytes - 1) / page_bytes * page_bytes; }

std::size_t guard_bytes(stack_guard guard) { return guard == stack_guard::page ? page_bytes : 0; }

std::string system_reason(int code) { return std::generic_category().message(code); }

}  // namespace

std::string_view to_string(stack_guard guard) { return guard == stack_guard::page ? "page" : "none"; }

stack_mapping::stack_mapping(std::size_t stack_bytes, stack_guard guard, std::uint64_t capacity)
    : stack_bytes_(whole_pages(stack_bytes)), guard_bytes_(guard_bytes(guard)), capacity_(capacity) {
  std::size_t const slot_bytes = stack_bytes_ + guard_bytes_;
  if (stack_bytes_ == 0 || capacity == 0 || capacity > address_budget_bytes / slot_bytes)
    throw limit_reached("reserving " + std::to_string(capacity) + " stacks of " + std::to_string(stack_bytes_) +
                        " bytes: not between 1 and " + std::to_string(address_budget_bytes) +
                        " bytes of address space; ask for fewer or smaller stacks");
  stacks_per_chunk_ = std::max(fewest_per_chunk, usual_chunk_bytes / slot_bytes);
  chunks_.reserve((capacity + stacks_per_chunk_ - 1) / stacks_per_chunk_);
}

stack_mapping::~stack_mapping() {
  for (std::byte* chunk : chunks_) ::munmap(chunk, stacks_per_chunk_ * (stack_bytes_ + guard_bytes_));
}

stack_span stack_mapping::take() {
  std::lock_guard const lock(mutex_);
  return take_locked();
}

void stack_mapping::give_back(stack_span stack) {
  std::lock_guard const lock(mutex_);
  give_back_locked(stack);
}

stack_span stack_mapping::take_locked() {
  if (free_ == nullptr) return fresh_locked();
  auto* const end = reinterpret_cast<std::byte*>(free_ + 1);
  free_ = free_->next;
  return {end - stack_bytes_, stack_bytes_};
}

void stack_mapping::give_back_locked(stack_span stack) {
  free_ = new (stack.data() + stack.size() - sizeof(free_stack)) free_stack{free_};
}

stack_span stack_mapping::fresh_locked() {
  if (used_ == capacity_)
    throw limit_reached("all " + std::to_string(capacity_) + " stacks of " + std::to_string(stack_bytes_) +
                        " bytes are in use; run a smaller or a deeper graph");
  if (used_ == chunks_.size() * stacks_per_chunk_) map_chunk_locked();
  std::byte* const slot = chunks_.back() + used_ % stacks_per_chunk_ * (stack_bytes_ + guard_bytes_);
  if (guard_bytes_ > 0 && ::mprotect(slot, guard_bytes_, PROT_NONE) != 0)
    throw limit_reached("guarding stack " + std::to_string(used_) + ": " + system_reason(errno) +
                        "; raise vm.max_map_count or use guard:none");
  ++used_;
  return {slot + guard_bytes_, stack_bytes_};
}

void stack_mapping::map_chunk_locked() {
  std::size_t const bytes = stacks_per_chunk_ * (stack_bytes_ + guard_bytes_);
  void* const start =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED)
    throw limit_reached("reserving " + std::to_string(stacks_per_chunk_) + " more stacks of " +
                        std::to_string(stack_bytes_) + " bytes: " + system_reason(errno) +
                        "; ask for fewer, or lift `ulimit -v` and vm.overcommit_memory=2");
  // Refused by a kernel that was built without huge pages, which is as good.
  ::madvise(start, bytes, MADV_NOHUGEPAGE);
  chunks_.push_back(static_cast<std::byte*>(start));
}

std::uint64_t stack_mapping::most_stacks(std::size_t stack_bytes, stack_guard guard) {
  std::size_t const slot_bytes = whole_pages(stack_bytes) + guard_bytes(guard);
  std::uint64_t const most = std::min<std::uint64_t>(pages_of_memory(), address_budget_bytes / slot_bytes);
  if (guard == stack_guard::none) return most;
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
