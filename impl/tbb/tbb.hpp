// tbb: units are oneTBB tasks in a task_group, inside a task_arena of the asked-for size. A joining unit helps: its
// wait runs other tasks on top of its own stack. A unit that waits for anything else is parked by task::suspend.
//
// A unit that throws: oneTBB cancels its group's other tasks and rethrows from the join, as far as `run`'s caller.
#pragma once

#include <tbb/task.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/scope_of.hpp"
#include "impl/runtime/unit_counts.hpp"
#include "impl/tbb/parked_tasks.hpp"
#include "impl/tbb/worker_pool.hpp"

namespace unitcost::models {

class tbb {
 public:
  struct options {};

  static constexpr std::string_view name = "tbb";
  static constexpr capabilities abilities{
      .parallel = true, .shares_memory = true, .waits_without_worker = true, .every_call_a_unit = true};
  static std::vector<variant<options>> variants() { return {{"", {}}}; }
  static constexpr char const* why_no_handle =
      "oneTBB waits for all tasks of a group, and without a time-out: it has no handle of one";

  struct context {
    runtime::unit_counts& made;

    /// Is ready again at once, in an order that oneTBB chooses. It may go on on another thread.
    void give_turn() {
      ::tbb::task::suspend([](::tbb::task::suspend_point self) { ::tbb::task::resume(self); });
    }

    class scope : public runtime::scope_of<context> {
     public:
      explicit scope(context& parent)
          : scope_of(parent),
            made_here_(parent.made.of(static_cast<std::size_t>(::tbb::this_task_arena::current_thread_index()))) {}

      template <class Result, class Unit>
      void spawn(Result& result, Unit&& unit) {
        ++made_here_;
        children_.run([&result, unit, &made = parent_.made] {
          context child{made};
          result = unit(child);
        });
      }
      void join() { children_.wait(); }

     private:
      std::uint64_t& made_here_;  // valid for the scope's life: a task never changes its thread
      ::tbb::task_group children_;
    };
  };

  tbb(options const&, placement const& where) : pool_(where, tbb_parts::caller::works), made_(pool_.slots()) {}

  /// The caller enters the arena as one of its workers and runs the root itself, as oneTBB's users do.
  template <class Root>
  auto run(Root root) {
    made_.reset();
    return pool_.arena().execute([&] {
      context top{made_};
      return root(top);
    });
  }
  std::uint64_t units_made() const { return made_.total(); }

  /// Parked tasks, each on a coroutine stack of 4 MiB that oneTBB reserves for it.
  class idle : public tbb_parts::parked_tasks {
   public:
    idle(options const&, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes)
        : parked_tasks(arrivals, limit, touch_bytes) {}
  };
  static constexpr std::uint64_t idle_unit_count = 512;
  static std::uint64_t unit_limit(options const&) { return tbb_parts::parked_tasks::most(); }

  static std::vector<handover> handovers() { return {handover::resume}; }
  /// All units share one worker thread, pinned to the first of where.cpus.
  static ring_outcome run_ring(options const&, placement const& where, ring_shape const& ring);

 private:
  tbb_parts::worker_pool pool_;
  runtime::unit_counts made_;
};

static_assert(direct_model<tbb>);

}  // namespace unitcost::models
