// spawn: how long until one more unit runs, and until it has come and gone.
//
// Two times from one call: to the unit's own first clock reading (spawn_latency_ns), and to the return of the join
// (spawn_join_ns). Both are taken unit by unit, so that they have a distribution. A unit that costs less than some
// clock readings cannot be timed so: then a batch is spawned between two readings, of which only the last unit reads
// the clock, and the record says so.
//
// from:unit, the spawner is a unit of the same model; from:client, it is a thread or process that is none, as when an
// application hands a task to a pool. The second includes whatever it takes to wake a worker.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info spawn_info{
    .name = "spawn",
    .question = "How long does it take until one more unit runs, and until it has come and gone?",
    .from = "just before the call that makes the unit",
    .to = "the unit's own first clock reading (latency); the return of the join (join)",
    .unit = "ns per unit",
    .method =
        "one unit at a time; where it costs less than 40 clock readings, batches of 256, of which the last unit alone "
        "reads the clock. Nothing is subtracted; the clock's own cost is in the record. from:unit, a unit spawns it; "
        "from:client, a thread that is no worker",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/units/spawn.hpp"};

/// Where the root unit leaves its readings: shared memory, since the root may run in another process. Times are
/// relative to the spawning call.
struct spawn_samples {
  static constexpr std::size_t capacity = 4096;
  std::uint64_t count = 0;  ///< samples taken, each of `batch` units
  std::uint64_t batch = 1;
  std::int64_t deadline_ns = 0;  ///< no sample is begun after it
  std::uint64_t wanted = capacity;
  std::int64_t latency_ns[capacity];  ///< to the first instruction of the batch's last unit
  std::int64_t joined_ns[capacity];
  std::uint64_t started = 0;  ///< units that gave the answer which only they could give
};

inline constexpr std::uint64_t spawn_batch = 256;

/// What a unit answers: the last of a batch its clock, the others a number below 0 that no other unit of the series
/// gives, so that a lost unit cannot hide behind an earlier one's answer.
struct spawned_unit {
  std::int64_t name;
  bool reads_clock;

  static spawned_unit of(spawn_samples const& samples, std::uint64_t unit) {
    return {-static_cast<std::int64_t>(samples.count * spawn_batch + unit + 1), unit + 1 == samples.batch};
  }
  std::int64_t answer() const { return reads_clock ? runtime::now_ns() : name; }

  template <class Context>
  std::int64_t operator()(Context&) const {
    return answer();
  }
};

inline bool wants_more(spawn_samples const& samples) {
  return samples.count < samples.wanted && (samples.count < 8 || runtime::now_ns() < samples.deadline_ns);
}

/// `answers`: of the units of one batch, in the order of their spawning.
inline void keep_sample(spawn_samples& samples, std::int64_t called, std::span<std::int64_t const> answers) {
  std::int64_t const joined = runtime::now_ns();
  std::int64_t const last_start = answers.back();
  samples.started += called <= last_start && last_start <= joined;
  for (std::uint64_t unit = 0; unit + 1 < answers.size(); ++unit)
    samples.started += answers[unit] == spawned_unit::of(samples, unit).name;
  samples.latency_ns[samples.count] = last_start - called;
  samples.joined_ns[samples.count] = joined - called;
  ++samples.count;
}

template <class Context>
void sample_spawns(Context& context, spawn_samples& samples) {
  std::int64_t answers[spawn_batch]{};
  while (wants_more(samples)) {
    std::int64_t const called = runtime::now_ns();
    typename Context::scope children(context);
    for (std::uint64_t unit = 0; unit < samples.batch; ++unit)
      children.spawn(answers[unit], spawned_unit::of(samples, unit));
    children.join();
    keep_sample(samples, called, {answers, samples.batch});
  }
}

template <class Model>
typename Model::template task<std::int64_t> awaited_unit(spawned_unit unit) {
  co_return unit.answer();
}

template <class Model>
typename Model::template task<std::uint64_t> sample_spawns_awaited(spawn_samples* samples) {
  std::int64_t answers[spawn_batch]{};
  while (wants_more(*samples)) {
    std::int64_t const called = runtime::now_ns();
    for (std::uint64_t unit = 0; unit < samples->batch; ++unit)
      co_await Model::spawn(answers[unit], awaited_unit<Model>(spawned_unit::of(*samples, unit)));
    co_await Model::join();
    keep_sample(*samples, called, {answers, samples->batch});
  }
  co_return samples->count;
}

/// A process that becomes another program runs no closure of ours: it reports its start by itself, one at a time.
template <class Model>
void sample_programs(Model& instance, spawn_samples& samples) {
  while (wants_more(samples)) {
    std::int64_t const called = runtime::now_ns();
    std::int64_t const start = instance.run_program_unit();
    keep_sample(samples, called, {&start, 1});
  }
}

/// Who spawns.
enum class spawner : std::uint8_t { unit, client };
inline constexpr std::array every_spawner{spawner::unit, spawner::client};
constexpr std::string_view to_string(spawner from) { return from == spawner::unit ? "unit" : "client"; }

template <class Model>
constexpr bool unit_is_program(typename Model::options const& options) {
  if constexpr (requires { Model::unit_is_program(options); })
    return Model::unit_is_program(options);
  else
    return false;
}

/// The spawners that a variant of a model has; the first is the one that its users know best.
template <class Model>
std::vector<spawner> spawners(typename Model::options const& options) {
  if (unit_is_program<Model>(options)) return {spawner::client};
  if constexpr (pool_model<Model>) {
    if (!why_no_unit_forks<Model>().empty()) return {spawner::client};
    return {spawner::client, spawner::unit};
  }
  return {spawner::unit};
}

template <class Model>
void take_samples(Model& instance, spawner from, spawn_samples* samples) {
  if constexpr (awaited_model<Model>) {
    instance.run(sample_spawns_awaited<Model>(samples));
  } else {
    auto const root = [samples](auto& context) {
      sample_spawns(context, *samples);
      return samples->count;
    };
    if constexpr (pool_model<Model>) {
      if (from == spawner::client) {
        instance.run_from_client(root);
        return;
      }
    }
    instance.run(root);
  }
}

/// Percentiles and histogram of what was sampled, by a clock named `source`; without one by ours, and checked.
void report_spawns(spawn_samples const& samples, harness::measurement& given);
void report_spawns(spawn_samples const& samples, std::string const& source, harness::measurement& given);

/// The median cost of reading the clock.
std::int64_t clock_cost_ns();

/// Begins a new series of samples until `measuring_s` from now.
void begin_samples(spawn_samples& samples, std::uint64_t batch, std::uint64_t wanted, double measuring_s);

/// Whether the samples taken one by one were too short to be more than readings of a clock that takes `clock_ns`.
bool too_short_for_the_clock(spawn_samples const& samples, std::int64_t clock_ns);

template <class Model>
void measure_spawn(typename Model::options const& options, spawner from, std::size_t cores,
                   harness::measurement& given) {
  runtime::confine_to(given.first_cpus(cores));
  runtime::shared_object<spawn_samples> samples;
  Model instance(options, {.workers = 1, .cpus = {}});
  auto const take = [&] {
    if constexpr (requires { instance.run_program_unit(); }) {
      if (unit_is_program<Model>(options)) return sample_programs(instance, *samples);
    }
    take_samples(instance, from, &*samples);
  };
  begin_samples(*samples, 1, 64, given.measuring_s() / 4);
  take();  // warms caches and the model's own pools, and finds the price's order of magnitude
  std::uint64_t const batch = too_short_for_the_clock(*samples, clock_cost_ns()) ? spawn_batch : 1;
  begin_samples(*samples, batch, spawn_samples::capacity, given.measuring_s() / 2);
  take();
  report_spawns(*samples, given);
}

template <class Model>
void add_spawn_cases(harness::registry& all) {
  using harness::profile;
  bool first_variant = true;
  for (auto const& each : Model::variants()) {
    auto const from_all = spawners<Model>(each.options);
    for (spawner from : from_all) {
      for (std::size_t cores : {std::size_t{1}, std::size_t{2}}) {
        bool const in_quick = first_variant && cores == 2 && from == from_all.front();
        std::string const plain = joined("from:" + std::string(to_string(from)), "cores:" + std::to_string(cores));
        auto one = case_of<Model>(spawn_info, "idle", joined(each.label, plain),
                                  in_quick      ? profile::quick
                                  : each.detail ? profile::full
                                                : profile::standard);
        one.headline = in_quick;
        if (first_variant) one.plain_label = plain;
        one.cpus_used = static_cast<unsigned>(cores);
        hold_short_if_late(one);
        one.prediction_factor = 0.7;
        one.skip_reason = why_no_graph<Model>();
        one.run = [](harness::measurement&) {};
        if constexpr (why_no_graph<Model>().empty())
          one.run = [options = each.options, from, cores](harness::measurement& given) {
            measure_spawn<Model>(options, from, cores, given);
          };
        all.add(one);
      }
    }
    first_variant = false;
  }
}

}  // namespace unitcost::measures
