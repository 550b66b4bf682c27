// handle, workload leaving: what becomes of a unit when the main one leaves, if it is a daemon and if it is none?
//
// The main unit is that of a process of its own, which ends when it has left. It is looked at from outside: by its end,
// by the steps that the unit makes in shared memory, and by a pipe whose other end all have that are left of it.
#pragma once

#include <atomic>
#include <cstdint>

#include "benchmarks/measures/holding.hpp"
#include "impl/process/held_process.hpp"
#include "impl/process/shared_failure.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info handle_leaving_info{
    .name = "handle",
    .question = "When the main unit leaves, is a unit waited for, and does it go on?",
    .from = "the main unit leaves, its unit being at work",
    .to = "the process of the main unit has ended, and whatever is left of it",
    .unit = "1 where it is so",
    .method =
        "of one run each: a unit that has ten steps of 0.1 ms to make when the main one leaves, and a daemon that "
        "works without end. Not timed",
    .source = "the unit's own steps in shared memory; the end of the process; a pipe",
    .file = "benchmarks/measures/units/handle_leaving.hpp",
    .timed = false};

/// In shared memory.
struct leaving_log {
  static constexpr std::int64_t step_ns = 100'000;
  static constexpr std::uint64_t steps_to_make = 10;  ///< after the main unit has left, by one that is no daemon

  explicit leaving_log(bool is_daemon) : daemon(is_daemon) {}

  bool daemon;
  std::atomic<bool> main_left{false};
  std::atomic<bool> told_to_end{false};  ///< by the observer, of one that would go on
  std::atomic<std::uint64_t> steps{0};
  std::atomic<std::uint64_t> steps_after_leaving{0};
  std::atomic<std::uint64_t> ended{0};

  bool has_to_step() const { return !told_to_end && (daemon || steps_after_leaving < steps_to_make); }
  void step() {
    if (main_left) ++steps_after_leaving;
    ++steps;
  }
};

struct leaving {
  template <class Unit>
  static void direct(Unit& unit, leaving_log& log) {
    auto held = start_held(unit, log.daemon, [all = &log](Unit& own) {
      while (all->has_to_step()) {
        all->step();
        wait_since(own, runtime::now_ns(), leaving_log::step_ns);
      }
      ++all->ended;
    });
    while (log.steps == 0) held.join_within(leaving_log::step_ns);
    log.main_left = true;
  }
  template <class Turns>
  static typename Turns::unit awaited(Turns& among, leaving_log& log) {
    auto held =
        among.hold({.name = std::string(held_name), .daemon = log.daemon}, stepping_until_told<Turns>(among, log));
    while (log.steps == 0) co_await held.join_within(leaving_log::step_ns);
    log.main_left = true;
  }

 private:
  template <class Turns>
  static typename Turns::held_unit stepping_until_told(Turns& among, leaving_log& log) {
    while (log.has_to_step()) {
      log.step();
      co_await among.sleep_since(runtime::now_ns(), leaving_log::step_ns);
    }
    ++log.ended;
  }
};

/// What was seen of one run.
struct departure_seen {
  bool begun = false;          ///< the unit was at work when the main one left
  bool works_on = false;       ///< made steps after the main one had left
  bool waited_for = false;     ///< it had ended when the process did, or the process did not end before it was told
  bool outlives_main = false;  ///< something was left of it when the process had ended
};

/// What is left of `main_process` and its unit is told to end, and waited for, for at most `patience_ns` each.
departure_seen observe_departure(processes::held_process& main_process, runtime::owned_descriptor const& pipe,
                                 leaving_log& log, std::int64_t patience_ns);

/// Proves that one that is no daemon is waited for, and that a daemon is not and is gone, and reports it.
void report_departure(departure_seen const& seen, bool daemon, harness::measurement& given);

template <class Model>
departure_seen see_departure(bool daemon, placement const& where, std::int64_t patience_ns) {
  runtime::shared_object<leaving_log> log(daemon);
  runtime::shared_object<processes::shared_failure> failure;
  auto ends = runtime::open_pipe();
  // Itself a daemon: whatever happens here, it does not stay.
  processes::held_process main_process(*failure, {.name = "main", .daemon = true},
                                       [&log, &where] { run_starter<leaving, Model>(where, *log); });
  ends.writing.reset();
  return observe_departure(main_process, ends.reading, *log, patience_ns);
}

template <class Model>
void measure_leaving(harness::measurement& given) {
  placement const where{.workers = 1, .cpus = given.first_cpus(1)};
  runtime::confine_to(where.cpus);
  report_departure(see_departure<Model>(false, where, given.patience_ns()), false, given);
  if constexpr (why_no_daemon<Model>().empty())
    report_departure(see_departure<Model>(true, where, given.patience_ns()), true, given);
  else
    given.note(std::string(why_no_daemon<Model>()));
}

template <class Model>
void add_leaving_cases(harness::registry& all) {
  auto one = handle_case_of<Model>(handle_leaving_info, "leaving", 0.2);
  if constexpr (holds_units<Model>()) one.run = measure_leaving<Model>;
  all.add(one);
}

}  // namespace unitcost::measures
