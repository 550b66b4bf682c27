// switch: what it costs to hand over from one unit to another.
//
// A token goes round a ring of units; each hand-over is one switch. Two units are the classic ping-pong; larger rings
// show what caches and run queues add. Units that the kernel schedules hand over through something the kernel lets them
// wait on, on one core or across two; units of a runtime of their own yield or transfer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/model.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info switch_info{
    .name = "switch",
    .question = "How long does one hand-over from unit to unit take?",
    .from = "on unit 0, just before its first hand-over; all units have arrived and wait",
    .to = "on unit 0, when the token has come back for the last time",
    .unit = "ns per hand-over",
    .method =
        "elapsed time over the number of hand-overs, counted by the receivers; the median of stretches of a loop that "
        "Google Benchmark repeats until it is long enough; nothing is subtracted",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/units/switch.hpp"};

/// The kernel decides who runs next for these; only they can cross cores in a ring.
constexpr bool by_the_kernel(handover by) {
  return by == handover::futex || by == handover::condition_variable || by == handover::pipe || by == handover::eventfd;
}

/// What a scheduler is built on, without one.
constexpr bool is_bare(handover by) {
  return by == handover::bare || by == handover::bare_inline || by == handover::resume;
}

template <class Model>
void measure_switch(typename Model::options const& options, ring_shape shape, std::size_t cores,
                    harness::measurement& given) {
  placement const where{.workers = 1, .cpus = given.first_cpus(cores)};
  std::uint64_t switches = 0, expected = 0, out_of_order = 0;
  auto const loop = given.time_loop(given.measuring_s() / 2, [&](std::uint64_t iterations) {
    shape.rounds = std::max<std::uint64_t>(iterations / shape.units, 1);
    ring_outcome const ring = Model::run_ring(options, where, shape);
    switches += ring.switches;
    expected += shape.rounds * shape.units;
    out_of_order += ring.out_of_order;
    // Whole rounds only: the library asked for `iterations` switches.
    return static_cast<std::int64_t>(static_cast<double>(ring.elapsed_ns) * static_cast<double>(iterations) /
                                     static_cast<double>(shape.rounds * shape.units));
  });
  given.check(switches, expected, out_of_order, 0);
  given.report({.name = "switch_ns",
                .label = "one hand-over",
                .value = loop.ns_per_iteration,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = loop.iterations,
                .headline = true},
               "CLOCK_MONOTONIC, median of stretches of the loop");
}

template <class Model>
void add_switch_cases(harness::registry& all) {
  using harness::profile;
  if (Model::handovers().empty()) {
    auto none = case_of<Model>(switch_info, "idle", "units:2", profile::quick);
    none.skip_reason = std::string(Model::name) + " has no units that could hand over to each other";
    if constexpr (requires { Model::why_none_together; }) none.skip_reason = Model::why_none_together;
    none.run = [](harness::measurement&) {};
    all.add(none);
  }
  auto const options = Model::variants().front().options;
  constexpr bool is_thread = Model::abilities.shares_memory && !pool_model<Model>;
  bool first = true;
  for (handover by : Model::handovers()) {
    for (std::size_t cores : {std::size_t{1}, std::size_t{2}}) {
      for (unsigned units : {2u, 64u, 1024u}) {
        // Pairs. Of the kernel's ways to wake each other the first alone: standard compares them, and what a switch
        // takes without a scheduler; and between two CPUs processes and a pool's workers hand over as threads do.
        bool const in_quick =
            units == 2 && by != handover::bare && by != handover::bare_inline &&
            (by_the_kernel(by) ? first && (cores == 1 || is_thread) : cores == 1 && (first || !pool_model<Model>));
        // How it grows with the ring is shown by each model's own way to hand over; of the others the pairs suffice.
        bool const in_standard = first || units == 2;
        auto one = case_of<Model>(switch_info, "idle",
                                  joined("by:" + std::string(to_string(by)), "cores:" + std::to_string(cores),
                                         "units:" + std::to_string(units)),
                                  in_quick      ? profile::quick
                                  : in_standard ? profile::standard
                                                : profile::full);
        one.headline = first && units == 2 && cores == 1;
        if (is_bare(by) && units > 2) one.least = profile::full;  // they show what the caches take, not the switch
        hold_short_if_late(one);
        one.cpus_used = static_cast<unsigned>(cores);
        if (units == 1024) one.prediction_factor = 4;
        if (cores == 2 && !by_the_kernel(by))
          one.skip_reason =
              "units of one worker take turns on its core; between cores their workers hand over by futex";
        one.run = [=](harness::measurement& given) {
          measure_switch<Model>(options, {.units = units, .rounds = 1, .by = by}, cores, given);
        };
        all.add(one);
      }
    }
    first = false;
  }
}

}  // namespace unitcost::measures
