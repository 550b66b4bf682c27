// openmp: a unit is an OpenMP task, a worker a thread of a team. The caller opens a parallel region and, as its first
// thread, runs the root; the others take tasks while they wait at the region's end. Between two runs the runtime keeps
// its threads.
//
// A join is `taskwait`: it waits for all children of the unit, of its other scopes too, and a unit that is called in
// place shares its children with its caller. (`taskgroup` would tell scopes apart, but is a block of the source, which
// a scope is not.) The task is tied, so it goes on on the thread it began on; that thread may only run other tasks
// meanwhile that are the unit's descendants, and libgomp's takes only its children: while these run elsewhere, it
// sleeps. So a unit that waits for anything else keeps its worker, and no task can be parked or hand over; what waits
// here, for footprint and switch, is the worker.
//
// An exception may not leave a task; the first one of a run is kept, and thrown by `run`.
#pragma once

#include <omp.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "impl/model.hpp"
#include "impl/openmp/idle_team.hpp"
#include "impl/openmp/team.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/first_failure.hpp"
#include "impl/runtime/scope_of.hpp"
#include "impl/runtime/unit_counts.hpp"

namespace unitcost::models {

class openmp {
 public:
  struct options {};

  static constexpr std::string_view name = "openmp";
  /// Every call a unit is sensible, if dear: a task is 100 bytes and more on the heap, and runtimes bound how many of
  /// them are queued by running the others in place.
  static constexpr capabilities abilities{.parallel = true, .shares_memory = true, .every_call_a_unit = true};
  static std::vector<variant<options>> variants() { return {{"", {}}}; }
  static constexpr char const* why_no_handle =
      "OpenMP waits for all children of a task, or all of a group, without a time-out: it has no handle of one";

  /// One for all units of a run.
  struct context {
    runtime::unit_counts& made;
    runtime::first_failure failure{};

    class scope : public runtime::scope_of<context> {
     public:
      explicit scope(context& parent)
          : scope_of(parent), made_here_(parent.made.of(static_cast<std::size_t>(::omp_get_thread_num()))) {}
      /// Finds children only when an exception leaves the parent; they refer to its results.
      ~scope() { join(); }

      template <class Result, class Unit>
      void spawn(Result& result, Unit unit) {
        // Its copy is then part of the task's own block of memory.
        static_assert(std::is_trivially_copyable_v<Unit>);
        ++made_here_;
        joined_ = false;
        Result* const out = &result;
        context* const everyone = &parent_;
#pragma omp task default(none) firstprivate(out, everyone, unit)
        everyone->failure.guard([&] { *out = unit(*everyone); });
      }
      void join() {
        if (joined_) return;
#pragma omp taskwait
        joined_ = true;
      }

     private:
      std::uint64_t& made_here_;  // valid for the scope's life: a tied task never changes its thread
      bool joined_ = true;
    };
  };

  openmp(options const&, placement const& where);

  /// The caller becomes the team's first thread and runs the root itself, as OpenMP's users do.
  template <class Root>
  auto run(Root root) {
    std::optional<decltype(root(std::declval<context&>()))> result;
    made_.reset();
    context everyone{made_};
    {
      runtime::cpu_confinement const caller(cpus_of_caller_);
#pragma omp parallel num_threads(workers_) default(none) shared(root, result, everyone)
#pragma omp masked
      everyone.failure.guard([&] { result.emplace(root(everyone)); });
    }
    everyone.failure.rethrow();
    return *std::move(result);
  }
  /// Tasks that were made; the runtime runs those in place that it has no room to queue.
  std::uint64_t units_made() const { return made_.total(); }

  /// Workers of a team that grows and finds no task.
  class idle : public openmp_parts::idle_team {
   public:
    idle(options const&, unit_arrivals& arrivals, std::uint64_t limit, std::size_t touch_bytes)
        : idle_team(arrivals, limit, touch_bytes) {}
  };
  static constexpr std::uint64_t idle_unit_count = 512;
  static std::uint64_t unit_limit(options const&) { return openmp_parts::idle_team::most(); }

  /// OpenMP has no way of its own for threads to hand over to each other; they are the kernel's, and std_thread shows
  /// the kernel's other ways.
  static std::vector<handover> handovers() { return {handover::futex}; }
  /// A team of as many threads as the ring has units.
  static ring_outcome run_ring(options const&, placement const& where, ring_shape const& ring);

 private:
  unsigned workers_;
  std::vector<int> cpus_of_caller_;
  runtime::unit_counts made_;
  openmp_parts::kept_threads threads_;
};

static_assert(direct_model<openmp>);

}  // namespace unitcost::models
