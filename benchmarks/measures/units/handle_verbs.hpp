// handle, workload verbs: what does it cost to start a unit that is held, to join it, to ask after it?
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "benchmarks/measures/holding.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"
#include "workloads/splitmix64.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info handle_verbs_info{
    .name = "handle",
    .question = "What does each verb of a unit's handle cost?",
    .from = "a unit is started (join); the handle of a unit that waits is asked (alive, name)",
    .to = "it has been joined; the answer is had",
    .unit = "ns",
    .method =
        "medians of stretches of loops that Google Benchmark's iteration control asks for; who joins compares two "
        "numbers each time, to see that the unit has ended; nothing is subtracted",
    .source = "CLOCK_MONOTONIC, read by the starter",
    .file = "benchmarks/measures/units/handle_verbs.hpp"};

enum class handle_verb { join, join_within, alive, name };
inline constexpr std::array every_handle_verb{handle_verb::join, handle_verb::join_within, handle_verb::alive,
                                              handle_verb::name};

/// Of one loop, in shared memory.
struct verb_log {
  handle_verb which;
  std::uint64_t times;
  std::int64_t elapsed_ns = 0;
  std::uint64_t right_answers = 0;  ///< alive while it is and not after the join; ended when joined; its own name
  std::atomic<bool> told_to_end{false};
  std::atomic<std::uint64_t> ended{0};  ///< units, and of them
  std::atomic<std::uint64_t> checksum{0};

  bool joins() const { return which == handle_verb::join || which == handle_verb::join_within; }
  std::uint64_t units() const { return joins() ? times : 1; }

  /// A unit's end. Release: whoever was told of it without a join sees the sum.
  void end(std::uint64_t index) {
    checksum.fetch_add(workloads::mix(index), std::memory_order_relaxed);
    ended.fetch_add(1, std::memory_order_release);
  }
  template <class Handle>
  void answer_after_join(Handle& held, bool joined, std::uint64_t units_before) {
    right_answers += joined && !held.alive() && ended.load(std::memory_order_acquire) == units_before + 1;
  }
  template <class Handle>
  void ask(Handle& held) {
    for (std::uint64_t time = 0; time < times; ++time) {
      asm volatile("" : : "r"(&held) : "memory");  // the answer may be another one each time
      right_answers += is_right(held);
    }
  }

 private:
  template <class Handle>
  bool is_right(Handle& held) const {
    if constexpr (unit_handle<Handle> || requires { held.name(); })
      if (which == handle_verb::name) return std::string_view(held.name()) == held_name;
    return held.alive();
  }
};

struct using_verbs {
  /// Longer than any unit here takes.
  static constexpr std::int64_t limit_ns = 10'000'000'000;
  static constexpr std::int64_t look_ns = 1'000'000;

  template <class Unit>
  static void direct(Unit& unit, verb_log& log) {
    if (!log.joins()) return ask(unit, log);
    std::int64_t const begun = runtime::now_ns();
    for (std::uint64_t index = 0; index < log.times; ++index) {
      auto held = start_held(unit, false, [all = &log, index](Unit&) { all->end(index); });
      bool joined = true;
      if (log.which == handle_verb::join)
        held.join();
      else
        joined = held.join_within(limit_ns);
      log.answer_after_join(held, joined, index);
    }
    log.elapsed_ns = runtime::now_ns() - begun;
  }
  template <class Turns>
  static typename Turns::unit awaited(Turns& among, verb_log& log) {
    if (log.joins()) {
      std::int64_t const begun = runtime::now_ns();
      for (std::uint64_t index = 0; index < log.times; ++index) {
        auto held = among.hold({.name = std::string(held_name)}, ending<Turns>(among, log, index));
        bool joined = true;
        if (log.which == handle_verb::join)
          co_await held.join();
        else
          joined = co_await held.join_within(limit_ns);
        log.answer_after_join(held, joined, index);
      }
      log.elapsed_ns = runtime::now_ns() - begun;
    } else {
      auto held = among.hold({.name = std::string(held_name)}, waiting<Turns>(among, log));
      co_await among.give();
      std::int64_t const begun = runtime::now_ns();
      log.ask(held);
      log.elapsed_ns = runtime::now_ns() - begun;
      log.told_to_end = true;
      co_await held.join();
    }
  }

 private:
  template <class Unit>
  static void ask(Unit& unit, verb_log& log) {
    auto held = start_held(unit, false, [all = &log](Unit& own) {
      while (!all->told_to_end) wait_since(own, runtime::now_ns(), look_ns);
      all->end(0);
    });
    std::int64_t const begun = runtime::now_ns();
    log.ask(held);
    log.elapsed_ns = runtime::now_ns() - begun;
    log.told_to_end = true;
    held.join();
  }
  template <class Turns>
  static typename Turns::held_unit ending(Turns& among, verb_log& log, std::uint64_t index) {
    log.end(index);
    static_cast<void>(among);
    co_return;
  }
  template <class Turns>
  static typename Turns::held_unit waiting(Turns& among, verb_log& log) {
    while (!log.told_to_end) co_await among.sleep_since(runtime::now_ns(), look_ns);
    log.end(0);
  }
};

/// Proves that each unit ended once, and that all answers were right.
void check_verb(verb_log const& log, harness::measurement& given);
void report_verb(handle_verb which, double ns, std::uint64_t times, harness::measurement& given);

template <class Model>
void measure_handle_verbs(harness::measurement& given) {
  placement const where{.workers = 1, .cpus = given.first_cpus(1)};
  runtime::confine_to(where.cpus);
  for (handle_verb const which : every_handle_verb) {
    if (which == handle_verb::name && !has_identity<Model>()) continue;
    auto const loop = given.time_loop(given.measuring_s() / 8, [&](std::uint64_t times) {
      runtime::shared_object<verb_log> log(which, times);
      run_starter<using_verbs, Model>(where, *log);
      check_verb(*log, given);
      return log->elapsed_ns;
    });
    report_verb(which, loop.ns_per_iteration, loop.iterations, given);
  }
}

template <class Model>
void add_handle_verb_cases(harness::registry& all) {
  auto one = handle_case_of<Model>(handle_verbs_info, "verbs", 0.8);
  if constexpr (holds_units<Model>()) one.run = measure_handle_verbs<Model>;
  all.add(one);
}

}  // namespace unitcost::measures
