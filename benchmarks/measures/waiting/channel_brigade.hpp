// latency, workload brigade, by:channel: what does it cost to hand something on to a unit of the same worker?
//
// The brigade without the kernel: each unit waits at its own channel, and a number goes round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/together.hpp"
#include "benchmarks/measures/waiting/brigade.hpp"
#include "impl/model.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "workloads/io/brigade.hpp"
#include "workloads/splitmix64.hpp"
#include "workloads/workload.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info channel_brigade_info{
    .name = "latency",
    .question = "What does it cost to hand something on to a unit of the same worker that waits for it?",
    .from = "on unit 0, when the number has been round once: so all units are alive and wait",
    .to = "on unit 0, when it has come back for the last time but one: so none has ended yet",
    .unit = "ns per hop",
    .method =
        "elapsed time over the number of hops, each of which one unit makes by a get and a put; the model's channels, "
        "of "
        "one place each. Nothing is subtracted",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/waiting/channel_brigade.hpp"};

/// Unit i gets from channel i.
template <class Model>
struct channel_brigade_run {
  using channel = typename Model::template channel<std::uint64_t>;

  explicit channel_brigade_run(workloads::brigade::parameters const& asked) : what(asked), units(asked.units) {
    for (std::uint32_t unit = 0; unit < asked.units; ++unit) channels.emplace_back(std::size_t{1});
  }

  channel& own(unsigned unit) { return channels[unit]; }
  channel& next(unsigned unit) { return channels[(unit + 1) % what.units]; }

  workloads::brigade::parameters what;
  std::vector<carrier> units;
  std::deque<channel> channels;
};

/// What goes round in a lap.
inline std::uint64_t token_of(std::uint64_t lap) { return workloads::mix(lap); }

struct handing_on {
  template <class Model, class Run>
  static void direct(typename Model::context& unit, Run& all, unsigned index) {
    carrier& own = all.units[index];
    auto &from = all.own(index), &to = all.next(index);
    for (std::uint64_t lap = 0; lap < all.what.laps; ++lap, ++own.done.rounds) {
      own.begin_lap(lap, all.what.laps);
      if (index == 0) to.put(unit, token_of(lap));
      std::uint64_t const token = from.get(unit);
      if (index != 0) to.put(unit, token);
      own.done.checksum += token;
    }
  }
  template <class Model, class Run>
  static typename Model::turns::unit awaited(typename Model::turns& among, Run& all, unsigned index) {
    carrier& own = all.units[index];
    auto &from = all.own(index), &to = all.next(index);
    for (std::uint64_t lap = 0; lap < all.what.laps; ++lap, ++own.done.rounds) {
      own.begin_lap(lap, all.what.laps);
      if (index == 0) co_await to.put(among, token_of(lap));
      std::uint64_t const token = co_await from.get(among);
      if (index != 0) co_await to.put(among, token);
      own.done.checksum += token;
    }
  }
};

/// What must have come of each unit, and of all of them.
workloads::exchanged handed_on(workloads::brigade::parameters const& asked);
void check_handed_on(workloads::brigade::parameters const& asked, std::vector<carrier> const& units,
                     harness::measurement& given);

template <class Model>
void measure_channel_brigade(workloads::brigade::parameters const& whole, harness::measurement& given) {
  placement const where{.workers = 1, .cpus = given.first_cpus(1)};
  runtime::confine_to(where.cpus);
  time_laps(whole, given, [&](workloads::brigade::parameters const& asked) {
    channel_brigade_run<Model> run(asked);
    run_together<handing_on, Model>(Model::variants().front().options, where, asked.units, run);
    check_handed_on(asked, run.units, given);
    return run.units[0].last_lap_ns - run.units[0].second_lap_ns;
  });
}

/// Still without its function.
harness::benchmark_case channel_brigade_case_of(std::string_view model, std::uint32_t units);

template <class Model>
void add_channel_brigade_cases(harness::registry& all) {
  workloads::brigade::parameters const asked;
  auto one = channel_brigade_case_of(Model::name, asked.units);
  hold_short_if_late_peer(one);
  one.run = [](harness::measurement&) {};
  if constexpr (channel_model<Model>)
    one.run = [asked](harness::measurement& given) { measure_channel_brigade<Model>(asked, given); };
  else
    one.skip_reason = std::string(Model::name) + " has no channels between units of one worker";
  all.add(one);
}

}  // namespace unitcost::measures
