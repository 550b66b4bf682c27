// latency, workload brigade: what does it cost to hand something on to a unit that waits for it?
//
// All units are alive, each waits for a byte in its own pipe, and one byte goes round: per hop one unit is woken,
// reads, writes and waits again. On one core, since two would show what it takes to wake a core instead.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/together.hpp"
#include "benchmarks/measures/waiting/conversing_units.hpp"
#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/owned_descriptor.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"
#include "impl/runtime/stream.hpp"
#include "workloads/io/brigade.hpp"
#include "workloads/workload.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info brigade_info{
    .name = "latency",
    .question = "What does it cost to hand something on to a unit that waits for it?",
    .from = "on unit 0, when the byte has been round once: so all units are alive and wait",
    .to = "on unit 0, when it has come back for the last time but one: so none has ended yet",
    .unit = "ns per hop",
    .method =
        "elapsed time over the number of hops, each of which one unit makes by a read and a write; nothing is "
        "subtracted",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/waiting/brigade.hpp"};

/// What one unit leaves behind.
struct carrier {
  workloads::exchanged done;
  std::int64_t second_lap_ns = 0;  ///< when the byte had been round once
  std::int64_t last_lap_ns = 0;    ///< when it began its last lap

  void begin_lap(std::uint64_t lap, std::uint64_t laps) {
    if (lap == 1) second_lap_ns = runtime::now_ns();
    if (lap == laps - 1) last_lap_ns = runtime::now_ns();
  }
};

/// Only one unit needs to look at the clock, but all make the same steps.
struct lap_observer {
  carrier* who;
  std::uint64_t laps;
  void round(std::uint64_t lap) const { who->begin_lap(lap, laps); }
  void end() const {}
};

/// The two pipes of one unit, while it lives.
struct pipe_streams {
  pipe_streams(int source, int target) : in(source), out(target) {}
  runtime::stream in, out;
};

/// One run, in shared memory. Unit i reads from pipe i.
struct brigade_run {
  /// Throws limit_reached where there are not enough descriptors.
  brigade_run(workloads::brigade::parameters const& asked, bool non_blocking);

  auto opener_for(unsigned unit) const {
    return [source = pipes[unit].reading.get(), target = pipes[(unit + 1) % what.units].writing.get()] {
      return pipe_streams(source, target);
    };
  }
  workloads::conversation part_of(unsigned unit) const { return workloads::brigade::part_of(unit, what); }
  lap_observer observer_for(unsigned unit) const { return {&units[unit], what.laps}; }

  // See held_in_parts and broken_off.
  void keep_only(unsigned unit);
  void give_away(unsigned unit);
  void break_off() const;

  /// By unit 0's clock, for all laps but the first and the last: in these units start and end.
  std::int64_t elapsed_ns() const { return units[0].last_lap_ns - units[0].second_lap_ns; }

  workloads::brigade::parameters what;
  std::vector<runtime::pipe_ends> pipes;
  runtime::shared_array<carrier> units;
};

/// Units whose part came out as the oracle says, and the checksums of all parts.
outcome carried(brigade_run const& run);
/// The same as the oracle has it.
outcome expected_of(workloads::brigade::parameters const& asked);

void report_hop(double hop_ns, std::uint64_t hops, harness::measurement& given);

/// How many laps fill `measuring_s` when a hop takes `hop_ns`; at least one.
std::uint64_t laps_in(double measuring_s, double hop_ns, std::uint32_t units);

/// Has the brigade run twice: for two timed laps, and for as many as by these fill half of the measuring time; reports
/// the time of a hop in the latter. (Units are too dear to start them more often than that.)
/// `elapsed_ns_of(parameters)` runs, checks, and returns the time of all laps but the first and the last.
template <class ElapsedOf>
void time_laps(workloads::brigade::parameters asked, harness::measurement& given, ElapsedOf const& elapsed_ns_of) {
  auto hop_ns_in = [&](std::uint64_t timed_laps) {
    asked.laps = timed_laps + 2;
    return static_cast<double>(elapsed_ns_of(asked)) / static_cast<double>(timed_laps * asked.units);
  };
  std::uint64_t const laps = laps_in(given.measuring_s() / 2, hop_ns_in(2), asked.units);
  report_hop(hop_ns_in(laps), laps * asked.units, given);
}

/// By `run(brigade_run&)`.
template <class Run>
void time_brigade(workloads::brigade::parameters const& whole, bool non_blocking, harness::measurement& given,
                  Run const& run) {
  time_laps(whole, given, [&](workloads::brigade::parameters const& asked) {
    runtime::shared_object<brigade_run> one(asked, non_blocking);
    run(*one);
    outcome const done = carried(*one), expected = expected_of(asked);
    given.check(done.units, expected.units, done.checksum, expected.checksum);
    return one->elapsed_ns();
  });
}

template <class Model>
void measure_brigade(workloads::brigade::parameters const& asked, harness::measurement& given) {
  placement const where{.workers = 1, .cpus = given.first_cpus(1)};
  runtime::confine_to(where.cpus);
  time_brigade(asked, wants_non_blocking<Model>(), given,
               [&](brigade_run& one) { converse_all<Model>(where, asked.units, one); });
}

/// Still without its function.
harness::benchmark_case brigade_case_of(std::string_view model, std::string_view way,
                                        workloads::brigade::parameters const& asked);

template <class Model>
void add_brigade_cases(harness::registry& all) {
  workloads::brigade::parameters const asked;
  auto one = brigade_case_of(Model::name, way_of<Model>(), asked);
  one.least = std::max(one.least, least_of_way<Model>());
  one.skip_reason = why_no_conversation<Model>(asked.units);
  hold_short_if_late_peer(one);
  one.run = [](harness::measurement&) {};
  if constexpr (why_none_together<Model>().empty())
    one.run = [asked](harness::measurement& given) { measure_brigade<Model>(asked, given); };
  all.add(one);
}

}  // namespace unitcost::measures
