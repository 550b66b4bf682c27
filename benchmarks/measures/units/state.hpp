// primitives, workload state: does what a unit holds survive while others run, and what does letting them run cost?
//
// Each unit gives its turn away again and again, holding values in registers and in memory of its own; before each turn
// it leaves their checksum in shared memory, after it they are compared. The oracle is the same code that is never
// suspended. The price comes from a loop of its own, in which a pair does nothing but give turns.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/together.hpp"
#include "benchmarks/measures/units/kept_state.hpp"
#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info state_info{
    .name = "primitives",
    .question = "Does what a unit holds survive its suspension, and what does one resume and suspend cost?",
    .from = "of a pair, on unit 0, before it gives its first turn; both are alive",
    .to = "on unit 0, back from its last turn",
    .unit = "states found whole; ns per resume and suspend",
    .method =
        "states: registers and memory are compared by checksum after each turn, and only turns in which another unit "
        "ran are counted; ns: elapsed time over twice the turns in which the other unit ran, which both note by a load "
        "and a store; nothing is subtracted",
    .source = "the units' own checks; CLOCK_MONOTONIC",
    .file = "benchmarks/measures/units/state.hpp"};

/// What one unit leaves in shared memory: a cache line of its own.
struct alignas(64) state_slot {
  std::uint64_t checksum = 0;       ///< of what it holds, left before each turn
  std::uint64_t whole = 0;          ///< turns after which it was the same
  std::uint64_t whole_resumed = 0;  ///< of these, in which another unit ran
  std::uint64_t history = 0;        ///< of all that it held
};

struct state_log {
  state_log(unsigned units, unsigned turns_of_each) : all_alive(units), turns(turns_of_each), slots(units) {}

  void break_off() { all_alive.break_off(); }

  assembly all_alive;
  unsigned turns;
  runtime::shared_array<state_slot> slots;
  /// Who ran last. Relaxed: on one CPU, and in processes an atomic is all that two units share.
  alignas(64) std::atomic<std::uint32_t> running{0};
};

/// One unit's book, for both spellings: before its turn it begins, by what its registers hold, and after it it ends.
class state_book {
 public:
  state_book(state_log& log, unsigned index) : log_(log), index_(index), held_(index) {}

  /// Of what the registers are to hold during the next turn.
  std::uint64_t seed() const { return std::uint64_t{index_} << 32 | turn_; }

  void begin(std::uint64_t registers_checksum) {
    held_.advance();
    slot().checksum = registers_checksum ^ held_.checksum();
    log_.running.store(index_, std::memory_order_relaxed);
    held_.make_unknown();
  }
  void end(std::uint64_t registers_checksum) {
    std::uint64_t const found = registers_checksum ^ held_.checksum();
    bool const is_whole = found == slot().checksum;
    slot().whole += is_whole;
    slot().whole_resumed += is_whole && log_.running.load(std::memory_order_relaxed) != index_;
    slot().history = workloads::mix(slot().history ^ found);
    ++turn_;
  }

 private:
  state_slot& slot() { return log_.slots[index_]; }

  state_log& log_;
  unsigned index_;
  unsigned turn_ = 0;
  memory_values held_;
};

struct state_keeping {
  /// `Turn()` lets others run.
  template <class Turn>
  static void keep(state_log& log, unsigned index, Turn turn) {
    state_book book(log, index);
    for (unsigned count = 0; count < log.turns; ++count) {
      auto values = register_values::of(book.seed());
      book.begin(values.checksum());
      values.make_unknown();
      turn();
      values.make_unknown();
      book.end(values.checksum());
    }
  }
  template <class Model>
  static void direct(typename Model::context& unit, state_log& log, unsigned index) {
    log.all_alive.await_all<Model>(unit);
    keep(log, index, [&unit] { unit.give_turn(); });
  }
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among, state_log& log, unsigned index) {
    co_await among.give();  // all are alive then
    state_book book(log, index);
    for (unsigned count = 0; count < log.turns; ++count) {
      auto values = register_values::of(book.seed());
      book.begin(values.checksum());
      values.make_unknown();
      co_await among.give();
      values.make_unknown();
      book.end(values.checksum());
    }
  }
};

/// A pair of which unit 0 times its turns.
struct turn_log {
  explicit turn_log(std::uint64_t turns_to_give) : all_alive(2), turns(turns_to_give) {}

  /// Unit 0, back from a turn; the other unit, if it runs, says so.
  void count() {
    resumed += running.load(std::memory_order_relaxed) != 0;
    running.store(0, std::memory_order_relaxed);
  }

  assembly all_alive;
  std::uint64_t turns;
  std::uint64_t resumed = 0;  ///< turns in which the other unit ran
  std::int64_t elapsed_ns = 0;
  alignas(64) std::atomic<std::uint32_t> running{0};
  std::atomic<bool> done{false};
};

struct turn_timing {
  template <class Model>
  static void direct(typename Model::context& unit, turn_log& log, unsigned index) {
    log.all_alive.await_all<Model>(unit);
    if (index != 0) {
      while (!log.done.load(std::memory_order_relaxed)) {
        log.running.store(index, std::memory_order_relaxed);
        unit.give_turn();
      }
      return;
    }
    std::int64_t const start_ns = runtime::now_ns();
    for (std::uint64_t turn = 0; turn < log.turns; ++turn) {
      unit.give_turn();
      log.count();
    }
    log.elapsed_ns = runtime::now_ns() - start_ns;
    log.done.store(true, std::memory_order_relaxed);
  }
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among, turn_log& log, unsigned index) {
    co_await among.give();  // all are alive then
    std::int64_t const start_ns = runtime::now_ns();
    for (std::uint64_t turn = 0; index == 0 && turn < log.turns; ++turn) {
      co_await among.give();
      log.count();
    }
    if (index == 0) {
      log.elapsed_ns = runtime::now_ns() - start_ns;
      log.done.store(true, std::memory_order_relaxed);
    }
    while (!log.done.load(std::memory_order_relaxed)) {
      log.running.store(index, std::memory_order_relaxed);
      co_await among.give();
    }
  }
};

/// Compares what was held with what the same code holds that is never suspended, and reports how much it was.
void report_states(state_log const& log, harness::measurement& given);

/// What it takes to resume and suspend one of a pair, on one CPU.
template <class Model>
void time_turns(typename Model::options const& options, placement const& where, harness::measurement& given) {
  auto const loop = given.time_loop(given.measuring_s() / 5, [&](std::uint64_t iterations) {
    // A kernel may let the same unit go on once or twice; that the other never ran in a hundred turns is a fault.
    runtime::shared_object<turn_log> log(std::max<std::uint64_t>(iterations / 2, 100));
    run_together<turn_timing, Model>(options, where, 2, *log);
    if (log->resumed == 0)
      throw std::runtime_error("no other unit ran while one had given its turn away a hundred times");
    return static_cast<std::int64_t>(static_cast<double>(log->elapsed_ns) * static_cast<double>(iterations) /
                                     static_cast<double>(2 * log->resumed));
  });
  given.report({.name = "switch_ns",
                .label = "one resume and suspend",
                .value = loop.ns_per_iteration,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = loop.iterations},
               "CLOCK_MONOTONIC, median of stretches of the loop");
}

template <class Model>
void measure_state(unsigned units, unsigned turns, harness::measurement& given) {
  auto const options = Model::variants().front().options;
  placement const where{.workers = 1, .cpus = given.first_cpus(1)};
  runtime::confine_to(where.cpus);
  runtime::shared_object<state_log> log(units, turns);
  run_together<state_keeping, Model>(options, where, units, *log);
  report_states(*log, given);
  time_turns<Model>(options, where, given);
}

template <class Model>
void add_state_cases(harness::registry& all) {
  constexpr unsigned units = 64, turns = 200;
  auto one =
      case_of<Model>(state_info, "state", joined("units:" + std::to_string(units), "turns:" + std::to_string(turns)),
                     harness::profile::standard);
  one.cpus_used = 1;
  one.prediction_factor = Model::abilities.preemptive ? 1 : 0.4;
  if constexpr (takes_turns<Model>()) {
    one.run = [](harness::measurement& given) { measure_state<Model>(units, turns, given); };
  } else {
    one.skip_reason = std::string(Model::name) + "'s units run to their end once begun: none is ever suspended";
    one.run = [](harness::measurement&) {};
  }
  all.add(one);
}

}  // namespace unitcost::measures
