// One worker thread's view of the scheduler, and how plain calls become continuations that others can steal.
//
// A unit starts as a plain call, at once, on the native stack of the unit that spawns or calls it. Most end so: they
// cost a frame and a call, and the scheduler never hears of them. That is lazy task creation (Mohr, Kranz and Halstead,
// LFP 1990): only when somebody could use them the calls in progress are *promoted* to what a scheduler knows.
//
//     native stack                   frames, suspended            deque
//     drive                          base                         base       oldest, stolen first
//      base: spawns                  first                        first
//       first: spawns                second                       second
//        second: spawns
//         third: may not start       third: goes on in drive
//
// The coroutine that may not start (plain_start.hpp) suspends before its first statement; its parent finds that the
// plain call came back unfinished, and suspends in its turn; and so on down to `drive`. All are now as a work-first
// scheduler would have left them (Frigo, Leiserson and Randall, PLDI 1998): each parent's continuation on the deque,
// the oldest first to be stolen, the youngest child running. Each worker with something to share keeps something
// shared.
#pragma once

#include <cstdint>

#include "impl/runtime/parking.hpp"
#include "impl/runtime/run_state.hpp"
#include "impl/runtime/work_stealing_deque.hpp"
#include "impl/stackless/fork_join/plain_start.hpp"
#include "impl/stackless/fork_join/unit.hpp"

namespace unitcost::stackless_runtime {

class worker {
 public:
  worker(runtime::parking& sleepers, runtime::run_state& in_progress) : run(in_progress), sleepers_(sleepers) {}

  /// The calling thread's; nullptr on a thread that is no worker.
  inline static constinit thread_local worker* current = nullptr;

  runtime::run_state& run;

  /// By the worker's thread, before all else.
  void begin() {
    current = this;
    starts_ = &this_thread_plain_start;
  }

  /// Runs `first` and what follows from it, until all that this worker was offered has ended or was stolen, or waits.
  void drive(unit& first);

  /// Any other thread. The oldest continuation of this worker that is shared; nullptr when there is none.
  unit* steal_continuation();
  bool has_nothing_to_steal() const { return continuations_.looks_empty(); }

  /// For units that leave the native stack, the youngest first: `unstarted` may not be a plain call; `parent` awaits
  /// the one that left before it. Both abort the process when a task was not awaited in the expression that made it:
  /// units would be lost otherwise.
  void suspends_unstarted(unit& unstarted) {
    if (last_to_leave_ != nullptr) [[unlikely]]
      report_task_not_awaited();
    promoted_ = last_to_leave_ = &unstarted;
  }
  void suspends_for(unit const& child, unit& parent) {
    if (last_to_leave_ != &child) [[unlikely]]
      report_task_not_awaited();
    last_to_leave_ = &parent;
  }
  void unit_waits() { waits_ = true; }

 private:
  unit* resume(unit& ready);
  unit* promote(unit& base);
  bool publish_parents_of(unit& child, unit const& base);
  unit* finish(unit& ended);
  unit* take_back_parent_of(start how, unit& parent);
  [[noreturn]] static void report_task_not_awaited();

  runtime::parking& sleepers_;
  runtime::work_stealing_deque<unit> continuations_;
  plain_start* starts_ = nullptr;  // of the worker's thread
  std::uintptr_t stack_floor_ = 0;
  unit* promoted_ = nullptr;       // the youngest of the units that have just left the native stack
  unit* last_to_leave_ = nullptr;  // the oldest of them so far
  bool waits_ = false;             // the unit just resumed is suspended at its join, and may already be another's
};

}  // namespace unitcost::stackless_runtime
