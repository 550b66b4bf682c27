#include "benchmarks/measures/units/spawn.hpp"

#include <fmt/format.h>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/contenders/contender_spawn.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

std::int64_t clock_cost_ns() {
  constexpr int readings = 1000;
  std::vector<double> costs;
  for (int sample = 0; sample < 9; ++sample) {
    std::int64_t const begun = runtime::now_ns();
    for (int reading = 1; reading < readings; ++reading) runtime::now_ns();
    costs.push_back(static_cast<double>(runtime::now_ns() - begun) / readings);
  }
  return static_cast<std::int64_t>(harness::median(costs) + 0.5);
}

void begin_samples(spawn_samples& samples, std::uint64_t batch, std::uint64_t wanted, double measuring_s) {
  samples.count = 0;
  samples.started = 0;
  samples.batch = batch;
  samples.wanted = wanted;
  samples.deadline_ns = runtime::now_ns() + static_cast<std::int64_t>(measuring_s * 1e9);
}

bool too_short_for_the_clock(spawn_samples const& samples, std::int64_t clock_ns) {
  std::vector<double> joined(samples.joined_ns, samples.joined_ns + samples.count);
  // Two readings per sample: below 40 of them the clock would be more than 5 % of what is shown.
  return harness::median(joined) < static_cast<double>(40 * clock_ns);
}

void report_spawns(spawn_samples const& samples, harness::measurement& given) {
  given.check(samples.started, samples.count * samples.batch, 0, 0);
  report_spawns(samples, fmt::format("CLOCK_MONOTONIC, {} ns a reading", clock_cost_ns()), given);
}

void report_spawns(spawn_samples const& samples, std::string const& source, harness::measurement& given) {
  auto const per_unit = [&](std::int64_t const* times) {
    std::vector<double> values;
    for (std::uint64_t index = 0; index < samples.count; ++index)
      values.push_back(static_cast<double>(times[index]) / static_cast<double>(samples.batch));
    return values;
  };
  auto report = [&](std::string name, std::string label, std::vector<double> const& values) {
    given.report({.name = name,
                  .label = label,
                  .value = harness::median(values),
                  .unit = "ns",
                  .better = harness::direction::smaller,
                  .samples = values.size(),
                  .headline = name == "spawn_latency_ns"},
                 source);
    given.report(harness::histogram_of(values, name, label, "ns"));
  };
  report("spawn_latency_ns", "from the call to the unit's first instruction", per_unit(samples.latency_ns));
  report("spawn_join_ns", "from the call to the joined unit", per_unit(samples.joined_ns));
  if (samples.batch > 1)
    given.note(
        fmt::format("one unit costs less than 40 clock readings: batches of {}, so the latency is the mean distance "
                    "of two starts and percentiles are of batches",
                    samples.batch));
}

void add_spawn(harness::registry& all) {
  add_contender_spawn(all);
  for_each_model(all_models{}, [&]<class Model>() { add_spawn_cases<Model>(all); });
}

}  // namespace unitcost::measures
