// Fork-join in a process pool: a scope queues its units, and a worker that joins helps.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <type_traits>
#include <vector>

#include "impl/process/child_group.hpp"
#include "impl/process/result_slots.hpp"
#include "impl/process_pool/task_queue.hpp"
#include "impl/runtime/scope_of.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::processes {

/// What the workers and the client of one pool share. Made before the first worker is forked.
struct pool_state {
  /// Results of ended units stay until their scope joins, so there are more of them than the queue has room for.
  static constexpr std::uint32_t most_results = 16'384;

  runtime::shared_object<task_queue> queue;
  result_slots slots{most_results};
  runtime::shared_object<std::atomic<std::uint64_t>> units_made{0u};
};

/// Where a unit runs: in a worker, whose joins help, or in the client, whose joins block.
class pool_context {
 public:
  explicit pool_context(pool_state& state) : state_(state), workers_(nullptr) {}
  pool_context(pool_state& state, child_group const& workers_to_watch) : state_(state), workers_(&workers_to_watch) {}

  class scope : public runtime::scope_of<pool_context> {
   public:
    using scope_of::scope_of;

    /// Queues the unit. When the queue is full or no slot is left it is run in place instead, as `call` does: a
    /// bounded queue must not make a unit wait for room that only its own end can make.
    template <class Result, class Unit>
    void spawn(Result& result, Unit&& unit) {
      static_assert(is_portable_result<Result>, "a unit returns a trivially copyable value of at most 16 bytes");
      result_slot* const slot = parent_.state_.slots.allocate();
      if (slot == nullptr) return call(result, unit);
      if (!parent_.state_.queue->push(pool_task::of<Result, std::remove_cvref_t<Unit>>(unit, *slot))) {
        parent_.state_.slots.release(slot);
        return call(result, unit);
      }
      children_.push_back({slot, &result, sizeof result});
      // Relaxed: a count, read after the join of every unit.
      parent_.state_.units_made->fetch_add(1, std::memory_order_relaxed);
    }

    /// In the client it throws unit_crashed when a worker died.
    void join() {
      // The newest first: a helping worker finds it at the end of the queue.
      for (child const& each : children_ | std::views::reverse) {
        parent_.await(*each.slot);
        each.slot->copy_to(each.result, each.bytes);
        parent_.state_.slots.release(each.slot);
      }
      children_.clear();
    }

   private:
    struct child {
      result_slot* slot;
      void* result;
      std::size_t bytes;
    };
    std::vector<child> children_;
  };

  /// What a worker does for as long as it lives.
  void work() {
    while (!state_.queue->is_stopped())
      if (std::optional<pool_task> task = state_.queue->take_oldest())
        run(*task);
      else
        state_.queue->sleep_unless([] { return false; });
  }

 private:
  void run(pool_task& task) {
    if (!task.run(*this)) return;
    // The joiner is the client, asleep on the slot, or a worker, asleep on the queue among others.
    runtime::futex_wake(task.slot().state);
    state_.queue->announce(INT_MAX);
  }

  void await(result_slot& slot) {
    if (workers_ != nullptr)
      block_until_done(slot);
    else
      help_until_done(slot);
  }

  void block_until_done(result_slot& slot) {
    while (!slot.is_done())
      if (slot.announce_wait()) workers_->wait_while(slot.state, result_slot::awaited, unexpected_end::any);
  }

  /// No deadlock: it sleeps only when nothing is queued, so the unit it waits for is being run, by a worker that at
  /// worst sleeps likewise. What a sleeper waits for started later than all that is on its own stack, and so on along
  /// the chain: a circle would need a unit that started before itself. Stacks nest with each task taken here.
  void help_until_done(result_slot& slot) {
    while (!slot.is_done()) {
      if (std::optional<pool_task> task = state_.queue->take_newest()) {
        run(*task);
      } else if (slot.announce_wait()) {
        state_.queue->sleep_unless([&slot] { return slot.is_done(); });
        // We may have got the wake-up that a push meant for a worker, and not need it: pass it on.
        if (slot.is_done() && !state_.queue->is_empty()) state_.queue->announce(1);
      }
    }
  }

  pool_state& state_;
  child_group const* workers_;  ///< in the client: whose death ends a wait; in a worker: nullptr
};

}  // namespace unitcost::processes
