// handle, workload time_out: does a join's time-out end the unit, or only the wait?
//
// A unit works until it is told to end. Its starter joins it within a time, again and again, and looks each time
// whether the unit works on: a step that it makes after the time-out is the proof.
#pragma once

#include <atomic>
#include <cstdint>

#include "benchmarks/measures/holding.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info handle_time_out_info{
    .name = "handle",
    .question = "Does the time-out of a join end the unit or only the wait, and how late does it end that?",
    .from = "just before a unit that works on is joined within 2 ms",
    .to = "the join has returned",
    .unit = "ns; 1 where the unit went on after each of its time-outs",
    .method =
        "ten time-outs of one unit, which makes a step every 0.1 ms; after each the starter waits for one more step; "
        "medians of the ten",
    .source = "the unit's own steps; CLOCK_MONOTONIC, read by the starter",
    .file = "benchmarks/measures/units/handle_time_out.hpp"};

/// In shared memory.
struct time_out_log {
  static constexpr std::int64_t limit_ns = 2'000'000;
  static constexpr std::int64_t step_ns = 100'000;

  time_out_log(unsigned time_outs, std::int64_t patience) : patience_ns(patience), waited_ns(time_outs) {}

  std::int64_t patience_ns;
  std::atomic<std::uint64_t> steps{0};
  std::atomic<std::uint64_t> ended{0};
  std::atomic<bool> told_to_end{false};

  // By the starter.
  runtime::shared_array<std::int64_t> waited_ns;
  std::uint64_t waits_ended = 0;        ///< joins that returned because the time had passed
  std::uint64_t alive = 0;              ///< answers just after these
  std::uint64_t went_on = 0;            ///< time-outs after which there was one more step
  std::uint64_t ended_when_joined = 0;  ///< 1: the last join returned when the unit had been told, and had ended
  std::uint64_t alive_when_joined = 0;  ///< 0

  bool has_more_than(std::uint64_t seen) const { return steps.load(std::memory_order_relaxed) > seen; }

  /// A join within the limit, begun then, has returned. Answers how many steps there have been.
  template <class Handle>
  std::uint64_t end_wait(std::int64_t& took_ns, std::int64_t begun_ns, bool joined, Handle& held) {
    took_ns = runtime::now_ns() - begun_ns;
    std::uint64_t const seen = steps;
    waits_ended += !joined;
    alive += held.alive();
    return seen;
  }
  bool awaits_step_after(std::uint64_t seen, std::int64_t begun_ns) const {
    return !has_more_than(seen) && runtime::now_ns() - begun_ns < patience_ns;
  }
  template <class Handle>
  void end_join(Handle& held) {
    ended_when_joined = ended;
    alive_when_joined = held.alive();
  }
};

struct timing_out {
  template <class Unit>
  static void direct(Unit& unit, time_out_log& log) {
    auto held = start_held(unit, false, [all = &log](Unit& own) {
      while (!all->told_to_end) {
        all->steps.fetch_add(1, std::memory_order_relaxed);
        wait_since(own, runtime::now_ns(), time_out_log::step_ns);
      }
      ++all->ended;
    });
    for (std::int64_t& waited_ns : log.waited_ns) {
      std::int64_t const begun = runtime::now_ns();
      bool const joined = held.join_within(time_out_log::limit_ns);
      std::uint64_t const seen = log.end_wait(waited_ns, begun, joined, held);
      while (log.awaits_step_after(seen, begun))
        if (held.join_within(time_out_log::step_ns)) break;
      log.went_on += log.has_more_than(seen);
    }
    log.told_to_end = true;
    held.join();
    log.end_join(held);
  }
  template <class Turns>
  static typename Turns::unit awaited(Turns& among, time_out_log& log) {
    auto held = among.hold({.name = std::string(held_name)}, working<Turns>(among, log));
    for (std::int64_t& waited_ns : log.waited_ns) {
      std::int64_t const begun = runtime::now_ns();
      bool const joined = co_await held.join_within(time_out_log::limit_ns);
      std::uint64_t const seen = log.end_wait(waited_ns, begun, joined, held);
      while (log.awaits_step_after(seen, begun))
        if (co_await held.join_within(time_out_log::step_ns)) break;
      log.went_on += log.has_more_than(seen);
    }
    log.told_to_end = true;
    co_await held.join();
    log.end_join(held);
  }

 private:
  template <class Turns>
  static typename Turns::held_unit working(Turns& among, time_out_log& log) {
    while (!log.told_to_end) {
      log.steps.fetch_add(1, std::memory_order_relaxed);
      co_await among.sleep_since(runtime::now_ns(), time_out_log::step_ns);
    }
    ++log.ended;
  }
};

/// Proves that only waits ended, and reports when.
void report_time_outs(time_out_log const& log, harness::measurement& given);

template <class Model>
void measure_time_out(unsigned time_outs, harness::measurement& given) {
  placement const where{.workers = 1, .cpus = given.first_cpus(1)};
  runtime::confine_to(where.cpus);
  runtime::shared_object<time_out_log> log(time_outs, given.patience_ns());
  run_starter<timing_out, Model>(where, *log);
  report_time_outs(*log, given);
}

template <class Model>
void add_time_out_cases(harness::registry& all) {
  auto one = handle_case_of<Model>(handle_time_out_info, "time_out", 0.2);
  if constexpr (holds_units<Model>()) one.run = [](harness::measurement& given) { measure_time_out<Model>(10, given); };
  all.add(one);
}

}  // namespace unitcost::measures
