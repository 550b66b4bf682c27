// spawn: how long until one more unit runs, and until it has come and gone.
//
// Two times from one call: to the unit's own first clock reading (spawn_latency_ns), and to the return of the join
// (spawn_join_ns). Both are taken unit by unit, so that they have a distribution. A unit that costs less than some clock
// readings cannot be timed so: then a batch is spawned between two readings and the record says so.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info spawn_info{
    .name = "spawn",
    .question = "How long does it take until one more unit runs, and until it has come and gone?",
    .from = "just before the call that makes the unit",
    .to = "the unit's own first clock reading (latency); the return of the join (join)",
    .method = "one unit at a time; where it costs less than 40 clock readings, batches of 256 between two readings. "
              "Nothing is subtracted; the clock's own cost is in the record",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/spawn.hpp"};

/// Where the root unit leaves its readings: shared memory, since the root may run in another process. Times are relative to
/// the spawning call.
struct spawn_samples {
  static constexpr std::size_t capacity = 4096;
  std::uint64_t count = 0;   ///< samples taken, each of `batch` units
  std::uint64_t batch = 1;
  std::int64_t deadline_ns = 0;  ///< no sample is begun after it
  std::uint64_t wanted = capacity;
  std::int64_t latency_ns[capacity];  ///< to the first instruction of the batch's last unit
  std::int64_t joined_ns[capacity];
  std::uint64_t started = 0;  ///< units whose clock reading lies between the call and the join
};

/// What a unit does: read the clock.
struct first_instruction {
  template <class Context>
  std::int64_t operator()(Context&) const {
    return runtime::now_ns();
  }
};

inline bool wants_more(spawn_samples const& samples) {
  return samples.count < samples.wanted && (samples.count < 8 || runtime::now_ns() < samples.deadline_ns);
}

inline void keep_sample(spawn_samples& samples, std::int64_t called, std::span<std::int64_t const> starts) {
  std::int64_t const joined = runtime::now_ns();
  samples.latency_ns[samples.count] = *std::ranges::max_element(starts) - called;
  samples.joined_ns[samples.count] = joined - called;
  ++samples.count;
  samples.started += static_cast<std::uint64_t>(
      std::ranges::count_if(starts, [&](std::int64_t start) { return called <= start && start <= joined; }));
}

inline constexpr std::uint64_t spawn_batch = 256;

template <class Context>
void sample_spawns(Context& context, spawn_samples& samples) {
  std::int64_t starts[spawn_batch];
  while (wants_more(samples)) {
    std::int64_t const called = runtime::now_ns();
    typename Context::scope children(context);
    for (std::uint64_t unit = 0; unit < samples.batch; ++unit) children.spawn(starts[unit], first_instruction{});
    children.join();
    keep_sample(samples, called, {starts, samples.batch});
  }
}

template <class Model>
typename Model::template task<std::int64_t> read_clock() {
  co_return runtime::now_ns();
}

template <class Model>
typename Model::template task<std::uint64_t> sample_spawns_awaited(spawn_samples* samples) {
  std::int64_t starts[spawn_batch];
  while (wants_more(*samples)) {
    std::int64_t const called = runtime::now_ns();
    for (std::uint64_t unit = 0; unit < samples->batch; ++unit)
      co_await Model::spawn(starts[unit], read_clock<Model>());
    co_await Model::join();
    keep_sample(*samples, called, {starts, samples->batch});
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

template <class Model>
constexpr bool unit_is_program(typename Model::options const& options) {
  if constexpr (requires { Model::unit_is_program(options); })
    return Model::unit_is_program(options);
  else
    return false;
}

/// Lets the root unit take its samples: from outside where the model is a pool, which is handed its tasks by others.
template <class Model>
void take_samples(Model& instance, spawn_samples* samples) {
  if constexpr (awaited_model<Model>) {
    instance.run(sample_spawns_awaited<Model>(samples));
  } else {
    auto const root = [samples](auto& context) {
      sample_spawns(context, *samples);
      return samples->count;
    };
    if constexpr (requires { instance.run_from_client(root); })
      instance.run_from_client(root);
    else
      instance.run(root);
  }
}

/// Percentiles, histogram and the check of what was sampled.
void report_spawns(spawn_samples const& samples, harness::measurement& given);

/// The median cost of reading the clock.
std::int64_t clock_cost_ns();

/// Begins a new series of samples until `measuring_s` from now.
void begin_samples(spawn_samples& samples, std::uint64_t batch, std::uint64_t wanted, double measuring_s);

/// Whether the samples taken one by one were too short to be more than readings of the clock.
bool too_short_for_the_clock(spawn_samples const& samples);

template <class Model>
void measure_spawn(typename Model::options const& options, std::size_t cores, harness::measurement& given) {
  confine_to(given.first_cpus(cores));
  runtime::shared_object<spawn_samples> samples;
  Model instance(options, {.workers = 1, .cpus = {}});
  begin_samples(*samples, 1, 64, given.measuring_s() / 4);
  auto const take = [&] {
    if constexpr (requires { instance.run_program_unit(); }) {
      if (unit_is_program<Model>(options)) return sample_programs(instance, *samples);
    }
    take_samples(instance, &*samples);
  };
  take();  // warms caches and the model's own pools, and finds the price's order of magnitude
  std::uint64_t const batch = too_short_for_the_clock(*samples) ? spawn_batch : 1;
  begin_samples(*samples, batch, spawn_samples::capacity, given.measuring_s() / 2);
  take();
  report_spawns(*samples, given);
}

template <class Model>
void add_spawn_cases(harness::registry& all) {
  using harness::profile;
  bool first_variant = true;
  for (auto const& each : Model::variants()) {
    for (std::size_t cores : {std::size_t{1}, std::size_t{2}}) {
      bool const usual = first_variant && cores == 2;
      auto one = case_of<Model>(spawn_info, "idle", joined(each.label, "cores:" + std::to_string(cores)),
                                usual ? profile::quick : profile::standard);
      one.headline = usual;
      one.run = [options = each.options, cores](harness::measurement& given) {
        measure_spawn<Model>(options, cores, given);
      };
      if (Model::name == "null") one.skip_reason = "null makes no units";
      all.add(one);
    }
    first_variant = false;
  }
}

}  // namespace unitcost::measures
