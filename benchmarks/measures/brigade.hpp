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
    .to = "on unit 0, when the byte has come back for the last time",
    .unit = "ns per hop",
    .method =
        "elapsed time over the number of hops, each of which one unit makes by a read and a write; repeated by Google "
        "Benchmark until long enough; nothing is subtracted",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/brigade.hpp"};

/// Whether units wait for descriptors by a reactor, which needs them to be non-blocking.
template <class Model>
constexpr bool waits_by_reactor() {
  if constexpr (turns_model<Model>)
    return true;
  else
    return conversing<typename Model::context>;
}

/// Whether a unit can wait while the others run on the same worker, or has a kernel thread of its own.
template <class Model>
constexpr bool waits_beside_others() {
  return waits_by_reactor<Model>() || (Model::abilities.preemptive && Model::abilities.waits_without_worker);
}

/// What one unit leaves behind.
struct carrier {
  workloads::exchanged done;
  std::int64_t second_lap_ns = 0;  ///< when the byte had been round once
  std::int64_t ended_ns = 0;

  /// When `lap` of `laps` begins or, after the last one, would.
  void reach(std::uint64_t lap, std::uint64_t laps) {
    if (lap == 1) second_lap_ns = runtime::now_ns();
    if (lap == laps) ended_ns = runtime::now_ns();
  }
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
  auto observer_for(unsigned unit) const {
    return [own = &units[unit], laps = what.laps](std::uint64_t lap) { own->reach(lap, laps); };
  }
  /// By unit 0's clock, for all laps but the first.
  std::int64_t elapsed_ns() const { return units[0].ended_ns - units[0].second_lap_ns; }

  workloads::brigade::parameters what;
  std::vector<runtime::pipe_ends> pipes;
  runtime::shared_array<carrier> units;
};

/// What a unit that does not converse by itself calls: it is a kernel thread, which they block.
template <class Context>
struct calls_of {
  Context& unit;

  runtime::transferred read_some(runtime::stream& from, std::span<std::byte> into) {
    if constexpr (conversing<Context>)
      return unit.read_some(from, into);
    else
      return runtime::read_some(from.descriptor(), into);
  }
  runtime::transferred write_some(runtime::stream& to, std::span<std::byte const> from) {
    if constexpr (conversing<Context>)
      return unit.write_some(to, from);
    else
      return runtime::write_some(to.descriptor(), from);
  }
};

struct handing_on {
  template <class Model>
  static void direct(typename Model::context& unit, brigade_run& all, unsigned index) {
    workloads::converse(calls_of<typename Model::context>{unit}, all.opener_for(index),
                        workloads::brigade::part_of(index, all.what), all.units[index].done, all.observer_for(index));
  }
  template <class Model>
  static typename Model::template task<bool> awaited(typename Model::turns& among, brigade_run& all, unsigned index) {
    return workloads::converse_awaited<Model>(among, all.opener_for(index),
                                              workloads::brigade::part_of(index, all.what), all.units[index].done,
                                              all.observer_for(index));
  }
};

/// Units whose part came out as the oracle says, and the checksums of all parts.
outcome carried(brigade_run const& run);
/// The same as the oracle has it.
outcome expected_of(workloads::brigade::parameters const& asked);

void report_hop(double hop_ns, std::uint64_t hops, harness::measurement& given);

/// Runs the brigade by `run(brigade_run&)` for as many laps as it takes, and reports the time of a hop.
template <class Run>
void time_brigade(workloads::brigade::parameters asked, bool non_blocking, harness::measurement& given,
                  Run const& run) {
  outcome done, expected;
  auto add = [](outcome& sum, outcome const& one) {
    sum.units += one.units;
    sum.checksum += one.checksum;
  };
  auto const hop = given.mean_of(given.measuring_s() / 2, [&](std::uint64_t hops) {
    std::uint64_t const timed_laps = std::max<std::uint64_t>(hops / asked.units, 1);
    asked.laps = timed_laps + 1;
    runtime::shared_object<brigade_run> one(asked, non_blocking);
    run(*one);
    add(done, carried(*one));
    add(expected, expected_of(asked));
    // Whole laps only: the library asked for `hops` hops.
    return static_cast<std::int64_t>(static_cast<double>(one->elapsed_ns()) * static_cast<double>(hops) /
                                     static_cast<double>(timed_laps * asked.units));
  });
  given.check(done.units, expected.units, done.checksum, expected.checksum);
  report_hop(hop.ns_per_iteration, hop.iterations, given);
}

template <class Model>
void measure_brigade(workloads::brigade::parameters const& asked, harness::measurement& given) {
  placement const where{.workers = 1, .cpus = given.first_cpus(1)};
  runtime::confine_to(where.cpus);
  time_brigade(asked, waits_by_reactor<Model>(), given, [&](brigade_run& one) {
    run_together<handing_on, Model>(Model::variants().front().options, where, asked.units, one);
  });
}

/// Why that model cannot; empty where it can.
std::string why_no_brigade(std::string_view model, bool units_wait_beside_others, std::uint64_t unit_limit,
                           std::uint32_t units);

/// Still without its function.
harness::benchmark_case brigade_case_of(std::string_view model, workloads::brigade::parameters const& asked);

template <class Model>
void add_brigade_cases(harness::registry& all) {
  workloads::brigade::parameters const asked;
  auto one = brigade_case_of(Model::name, asked);
  one.skip_reason = why_no_brigade(Model::name, waits_beside_others<Model>(),
                                   Model::unit_limit(Model::variants().front().options), asked.units);
  one.run = [asked](harness::measurement& given) { measure_brigade<Model>(asked, given); };
  all.add(one);
}

}  // namespace unitcost::measures
