// Fork-join among processes: a scope forks a process per unit and reaps it; the result comes back through a slot.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "impl/model.hpp"
#include "impl/process/child_end.hpp"
#include "impl/process/fork_child.hpp"
#include "impl/process/held_process.hpp"
#include "impl/process/result_slots.hpp"
#include "impl/process/shared_failure.hpp"
#include "impl/runtime/scope_of.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::processes {

/// What all units of one run share. Made before the first is forked, at the same address in each.
struct process_family {
  /// More units than this are in flight nowhere: the default pid_max is half of it. Untouched slots cost nothing.
  static constexpr std::uint32_t most_units = 65'536;

  result_slots slots{most_units};
  runtime::shared_object<shared_failure> failure;
  runtime::shared_object<std::atomic<std::uint64_t>> units_made{0u};
};

class process_context {
 public:
  explicit process_context(process_family& family) : family_(family) {}

  void give_turn() { ::sched_yield(); }

  /// See `holding`.
  template <class Body>
  held_process start(started_as const& as, Body body) {
    return {*family_.failure, as, [&] {
              process_context own(family_);
              body(own);
            }};
  }

  class scope : public runtime::scope_of<process_context> {
   public:
    explicit scope(process_context& parent) : scope_of(parent), family_(parent.family_) {}
    /// After an exception between spawn and join the units are still waited for, so that none becomes a zombie.
    ~scope() {
      for (child const& each : children_)
        if (each.pid != 0) reap_quietly(each.pid);
    }

    template <class Result, class Unit>
    void spawn(Result& result, Unit&& unit) {
      static_assert(is_portable_result<Result>, "a unit returns a trivially copyable value of at most 16 bytes");
      result_slot* const slot = family_.slots.allocate();
      if (slot == nullptr)
        throw limit_reached("more than " + std::to_string(process_family::most_units) +
                            " units in flight, process_family::most_units; spawn fewer at once");
      // Listed before the fork, so that no process can exist without being reaped.
      children_.push_back({0, slot, &result, sizeof result});
      children_.back().pid = fork_child(*family_.failure, [&] {
        process_context own(family_);
        Result const value = unit(own);
        slot->put(value);
      });
      // Relaxed: a count, read after every unit was reaped.
      family_.units_made->fetch_add(1, std::memory_order_relaxed);
    }

    /// Throws unit_crashed or limit_reached when a unit of this run, here or further down, failed.
    void join() {
      for (child& each : children_) collect(each);
      children_.clear();
      family_.failure->rethrow();
    }

   private:
    struct child {
      pid_t pid;  ///< 0: not forked, or reaped already
      result_slot* slot;
      void* result;
      std::size_t bytes;
    };

    void collect(child& from) {
      child_end const end = reap(from.pid);
      from.pid = 0;
      if (!end.clean())
        family_.failure->record_end(end);
      else if (!from.slot->is_done())
        family_.failure->record_end(end, " without returning its result");
      else
        from.slot->copy_to(from.result, from.bytes);
      family_.slots.release(from.slot);
    }

    process_family& family_;
    std::vector<child> children_;
  };

 private:
  process_family& family_;
};

}  // namespace unitcost::processes
