// primitives, workload order: do units take turns in a fixed order?
//
// Each of N units makes S steps and lets the others run after each, in its model's own way; a step takes the next
// number of one counter and leaves the unit's index under it. What was left is compared with round robin. Not timed.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <span>
#include <string>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/together.hpp"
#include "benchmarks/measures/units/step_order.hpp"
#include "impl/model.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"
#include "workloads/splitmix64.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info order_info{
    .name = "primitives",
    .question = "Do units take turns in a fixed order?",
    .from = "all units are alive; where they cannot let each other run, the first begins",
    .to = "each has made all of its steps",
    .unit = "share of steps out of turn; inversions over the most possible",
    .method =
        "a step is one fetch_add on a counter that all units share (some 5 ns, tens where two cores contend), and one "
        "store; the order is compared with round robin by the order of first steps",
    .source = "the units' own steps",
    .file = "benchmarks/measures/units/order.hpp",
    .timed = false};

/// What the steps of one run leave behind, in shared memory.
struct step_log {
  step_log(unsigned unit_count, unsigned steps_of_each)
      : all_alive(unit_count), units(unit_count), steps(steps_of_each), order(std::size_t{unit_count} * steps) {
    std::ranges::fill(order, nobody);
  }
  static constexpr std::uint32_t nobody = ~0u;

  void step(unsigned unit) {
    std::uint64_t const number = taken.fetch_add(1, std::memory_order_relaxed);
    if (number < order.size()) order[number] = unit;
  }

  void break_off() { all_alive.break_off(); }

  assembly all_alive;
  unsigned units, steps;
  runtime::shared_array<std::uint32_t> order;
  alignas(64) std::atomic<std::uint64_t> taken{0};  ///< steps, also such as find no place in `order`
};

struct stepping {
  template <class Model>
  static void direct(typename Model::context& unit, step_log& log, unsigned index) {
    log.all_alive.await_all<Model>(unit);
    for (unsigned step = 0; step < log.steps; ++step) {
      log.step(index);
      if constexpr (takes_turns<Model>()) unit.give_turn();
    }
  }
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among, step_log& log, unsigned index) {
    co_await among.give();  // the others are alive then
    for (unsigned step = 0; step < log.steps; ++step) {
      log.step(index);
      co_await among.give();
    }
  }
};

/// Proves that each unit made each of its steps once.
void check_steps(step_log const& log, harness::measurement& given);

/// The metrics. `one_after_the_other`: what is known of a model without concurrency.
void report_order(std::span<std::uint32_t const> order, unsigned units, bool one_after_the_other,
                  harness::measurement& given);

template <class Model>
void measure_order(unsigned units, unsigned steps, unsigned workers, harness::measurement& given) {
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  runtime::shared_object<step_log> log(units, steps);
  run_together<stepping, Model>(Model::variants().front().options, {.workers = workers, .cpus = cpus}, units, *log);
  check_steps(*log, given);
  std::span<std::uint32_t const> const order(log->order.begin(), log->order.end());
  if constexpr (!takes_turns<Model>())
    given.note("its units cannot let each other run: each makes all of its steps in a row");
  if (std::ranges::all_of(order, [units](std::uint32_t unit) { return unit < units; }))
    report_order(order, units, Model::name == "serial", given);
}

template <class Model>
void add_order_cases(harness::registry& all) {
  constexpr unsigned units = 64, steps = 100;
  for (unsigned workers : {1u, 2u}) {
    auto one = case_of<Model>(order_info, "order",
                              joined("units:" + std::to_string(units), "steps:" + std::to_string(steps),
                                     "workers:" + std::to_string(workers)),
                              harness::profile::standard);
    one.cpus_used = workers;
    one.prediction_factor = takes_turns<Model>() && Model::abilities.preemptive ? 0.4 : 0.12;
    if (Model::name == "null")
      one.skip_reason = "null makes no units";
    else if (workers > 1 && !Model::abilities.parallel)
      one.skip_reason = std::string(Model::name) + " runs one unit at a time";
    else if (workers > 1 && turns_model<Model>)
      one.skip_reason = std::string(Model::name) + "'s coroutines take turns on one worker";
    one.run = [workers](harness::measurement& given) { measure_order<Model>(units, steps, workers, given); };
    all.add(one);
  }
}

}  // namespace unitcost::measures
