#include "impl/tbb/parked_tasks.hpp"

#include <algorithm>
#include <string>

#include "impl/runtime/stack_mapping.hpp"
#include "impl/runtime/touch.hpp"
#include "impl/tbb/await.hpp"

namespace unitcost::models::tbb_parts {

namespace {

/// oneTBB's ThreadStackSize on 64-bit systems (src/tbb/misc.h), for its threads and for suspended tasks alike.
constexpr std::size_t stack_bytes = std::size_t{4} << 20;
/// What oneTBB's dispatch loop and the task's own frames need beside the touched bytes.
constexpr std::size_t frames_bytes = std::size_t{64} << 10;

}  // namespace

// Two mappings a task: the stack, and its guard pages, which merge with the neighbours'.
std::uint64_t parked_tasks::most() {
  return runtime::stack_mapping::most_stacks(stack_bytes, runtime::stack_guard::page);
}

parked_tasks::parked_tasks(unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes)
    : arrivals_(arrivals),
      touch_bytes_(touch_bytes),
      places_(std::min(limit, most())),
      pool_(placement{}, caller::only_waits) {
  if (touch_bytes > stack_bytes - frames_bytes)
    throw not_supported("a suspended oneTBB task has a stack of " + std::to_string(stack_bytes) +
                        " bytes, too few to touch " + std::to_string(touch_bytes));
}

void parked_tasks::grow_to(std::uint64_t count) {
  std::uint64_t const within = std::min<std::uint64_t>(count, places_.size());
  for (; started_ < within; ++started_) pool_.arena().enqueue([this, index = started_] { park(index); });
  await(parked_, started_);
  if (count > within)
    throw limit_reached("tbb parks at most " + std::to_string(within) + " tasks, " + std::to_string(count) +
                        " were asked for: each suspended task takes two mappings; raise vm.max_map_count");
}

// Runs on the pool's one thread, and after the suspension on it again.
void parked_tasks::park(std::size_t index) {
  runtime::touch_own_stack(touch_bytes_);
  arrivals_.arrive(index);
  ::tbb::task::suspend([this, index](::tbb::task::suspend_point place) {
    // Still on this task's stack, not yet suspended; a resume that comes before that is kept by oneTBB.
    places_[index] = place;
    // The worker's counters are exact here: it alone writes them.
    if (parked_.load(std::memory_order_relaxed) == ended_.load(std::memory_order_relaxed)) on_thread_stack_ = index;
    parked_.fetch_add(1, std::memory_order_release);
  });
  ended_.fetch_add(1, std::memory_order_release);
}

// The task on the thread's own stack is resumed when all others are gone: back on that stack, the thread asks whether
// its arena has too many workers, and oneTBB 2021.8 counts each suspended task beyond 4,095 into the workers' bits of
// the arena's reference count (src/tbb/arena.h). It would leave the arena and never come back.
void parked_tasks::release() {
  std::uint64_t const gone = ended_.load(std::memory_order_relaxed);
  if (gone == started_) return;
  for (std::uint64_t index = gone; index < started_; ++index)
    if (index != on_thread_stack_) ::tbb::task::resume(places_[index]);
  await(ended_, started_ - 1);
  ::tbb::task::resume(places_[on_thread_stack_]);
  await(ended_, started_);
}

}  // namespace unitcost::models::tbb_parts
