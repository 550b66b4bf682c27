// The queue of a process pool: bounded, in shared memory, tasks as bytes.
#pragma once

#include <array>
#include <atomic>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <new>
#include <optional>
#include <type_traits>

#include "impl/process/result_slots.hpp"
#include "impl/process_pool/robust_mutex.hpp"
#include "impl/runtime/futex.hpp"

namespace unitcost::processes {

class pool_context;

/// A unit on its way to a worker. Pointers travel as they are: workers are forks of one program, so that code, slots
/// and queue have the same addresses in each.
class pool_task {
 public:
  static constexpr std::size_t closure_bytes = 64;  ///< what impl/model.hpp allows a unit

  template <class Result, class Unit>
  static pool_task of(Unit const& unit, result_slot& slot) {
    static_assert(std::is_trivially_copyable_v<Unit> && std::is_trivially_destructible_v<Unit> &&
                      sizeof(Unit) <= closure_bytes && alignof(Unit) <= alignof(std::max_align_t),
                  "a unit is a trivially copyable callable of at most 64 bytes");
    pool_task task;
    task.run_ = &run_unit<Result, Unit>;
    task.slot_ = &slot;
    std::memcpy(task.closure_.data(), &unit, sizeof unit);
    return task;
  }

  /// Runs the unit and puts its result; true when a joiner has to be woken.
  bool run(pool_context& here) { return run_(closure_.data(), here, *slot_); }
  result_slot& slot() const { return *slot_; }

 private:
  template <class Result, class Unit>
  static bool run_unit(std::byte* closure, pool_context& here, result_slot& slot) {
    // memcpy made a Unit here: a trivially copyable closure is an implicit-lifetime type ([basic.types.general]).
    Result const value = (*std::launder(reinterpret_cast<Unit*>(closure)))(here);
    return slot.put(value);
  }

  bool (*run_)(std::byte*, pool_context&, result_slot&);
  result_slot* slot_;
  alignas(std::max_align_t) std::array<std::byte, closure_bytes> closure_;
};

/// Workers take the oldest task, so that roots are served in order; who joins takes the newest, which is most likely
/// a child of the very unit that waits, and warm. Nobody spins: a spinning process takes the core of the unit that
/// it waits for as soon as there are more processes than cores.
class task_queue {
 public:
  /// 80 KiB of tasks. More are in flight only where a unit spawns thousands, and then running them in place is right.
  static constexpr std::size_t capacity = 1024;

  // Not `= default`: value-initialisation would write to every task and make all pages resident.
  task_queue() {}  // NOLINT(modernize-use-equals-default)

  /// False when the queue is full: the caller keeps the task.
  bool push(pool_task const& task) {
    {
      std::lock_guard const hold(lock_);
      std::size_t const waiting = size_.load(std::memory_order_relaxed);
      if (waiting == capacity) return false;
      tasks_[(oldest_ + waiting) % capacity] = task;
      size_.store(waiting + 1, std::memory_order_release);
    }
    announce(1);
    return true;
  }

  std::optional<pool_task> take_oldest() {
    return take([this](std::size_t) {
      pool_task const& task = tasks_[oldest_];
      oldest_ = (oldest_ + 1) % capacity;
      return task;
    });
  }
  std::optional<pool_task> take_newest() {
    return take([this](std::size_t waiting) { return tasks_[(oldest_ + waiting - 1) % capacity]; });
  }

  bool is_empty() const { return size_.load(std::memory_order_acquire) == 0; }

  /// Makes workers that find nothing to do end; what is still queued is dropped.
  void stop() {
    stopped_.store(true, std::memory_order_release);
    announce(INT_MAX);
  }
  bool is_stopped() const { return stopped_.load(std::memory_order_acquire); }

  /// Sleeps until something is announced, unless a task is queued, the queue is stopped or `has_reason()` already.
  /// May return early: callers look again.
  template <class HasReason>
  void sleep_unless(HasReason has_reason) {
    // No wake-up is lost: either the announcer's increment of `changes_` comes before the kernel compares it with
    // `seen`, and we do not sleep; or it comes after, and then sequential consistency makes our `sleepers_` visible
    // to the announcer's load, who wakes us. With anything weaker both could miss each other.
    std::uint32_t const seen = changes_.load(std::memory_order_seq_cst);
    sleepers_.fetch_add(1, std::memory_order_seq_cst);
    if (is_empty() && !is_stopped() && !has_reason()) runtime::futex_wait(changes_, seen);
    sleepers_.fetch_sub(1, std::memory_order_relaxed);
  }

  /// Wakes up to `count` sleepers, without a system call when there are none.
  void announce(int count) {
    changes_.fetch_add(1, std::memory_order_seq_cst);
    if (sleepers_.load(std::memory_order_seq_cst) != 0) runtime::futex_wake(changes_, count);
  }

 private:
  template <class Pick>
  std::optional<pool_task> take(Pick pick) {
    if (is_empty()) return std::nullopt;
    std::lock_guard const hold(lock_);
    std::size_t const waiting = size_.load(std::memory_order_relaxed);
    if (waiting == 0) return std::nullopt;
    pool_task const task = pick(waiting);
    size_.store(waiting - 1, std::memory_order_release);
    return task;
  }

  robust_mutex lock_;
  std::size_t oldest_ = 0;
  /// Written under the lock, read without it by who only wants to know whether locking is worth it.
  std::atomic<std::size_t> size_{0};
  std::atomic<bool> stopped_{false};
  alignas(64) runtime::futex_word changes_{0};
  std::atomic<std::uint32_t> sleepers_{0};  ///< too high when a process was killed asleep: costs a system call
  alignas(64) std::array<pool_task, capacity> tasks_;
};

}  // namespace unitcost::processes
