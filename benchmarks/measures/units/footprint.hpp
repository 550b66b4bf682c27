// footprint: bytes of memory that one more idle unit takes.
//
// Units are spawned into one gate and stay alive, N growing in five equal steps; after each step the account is read.
// The slope of each column over N is the answer, so what a model takes once (arenas, its own code) drops out. Nothing
// ends between two readings, since stacks, arenas and slab objects of ended units are kept or freed late; the
// repetition's fresh process is what forgets them.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/machine/memory_account.hpp"
#include "benchmarks/harness/machine/process_memory.hpp"
#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/model.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info footprint_info{
    .name = "footprint",
    .question = "How much memory does one more idle unit take, and of which kind?",
    .from = "a fifth of the units are alive, have touched their memory and wait at the gate",
    .to = "all units do",
    .unit = "bytes per unit, in four columns: user, kernel, total, reserved",
    .method =
        "least-squares slope over five N in one process; nothing ends between two readings; nothing is subtracted",
    .source = "the repetition's own memory cgroup, or where there is none the machine-wide account; reserved: VmSize",
    .file = "benchmarks/measures/units/footprint.hpp",
    .timed = false};

/// What was read with N units alive.
struct footprint_reading {
  std::uint64_t units = 0;
  std::uint64_t reserved_bytes = 0;
  harness::memory_reading memory;
};

/// Reads the account once two readings 1 ms apart agree, or after 20 ms: a unit that has just arrived may still be on
/// its way to sleep.
harness::memory_reading read_settled(harness::memory_account const& account);

/// The N at which the account is read, and their largest: five equal steps. Touching bounds N, so that a repetition
/// writes at most 256 MiB.
std::vector<std::uint64_t> footprint_steps(std::uint64_t unit_count, std::size_t touch_bytes);

/// Grows `units` through `steps` and reads after each. Checks at the end that each unit arrived exactly once.
template <class Idle>
std::vector<footprint_reading> grow_and_read(Idle& units, unit_arrivals& arrivals,
                                             std::vector<std::uint64_t> const& steps,
                                             harness::memory_account const& account, harness::measurement& given) {
  std::vector<footprint_reading> readings;
  for (std::uint64_t count : steps) {
    units.grow_to(count);
    std::vector<int> const processes = units.process_ids();
    readings.push_back({count, processes.empty() ? harness::own_reserved_bytes() : harness::reserved_bytes(processes),
                        read_settled(account)});
  }
  std::uint64_t expected = 0;
  for (std::uint64_t index = 0; index < steps.back(); ++index) expected += unit_arrivals::hash(index);
  given.check(arrivals.count, steps.back(), arrivals.checksum, expected);
  return readings;
}

/// One kind of memory, of which the slope over the units is a metric.
struct footprint_column {
  char const* name;
  char const* label;
  bool headline;
  std::uint64_t (*of)(footprint_reading const&);
};

/// Each column as a metric with its fit, read from `source`.
void report_columns(std::vector<footprint_column> const& columns, std::vector<footprint_reading> const& readings,
                    std::string const& source, harness::measurement& given);

/// The four columns of idle units, and the readings as a curve.
void report_footprint(std::vector<footprint_reading> const& readings, std::string const& source,
                      harness::measurement& given);

/// The slope of one column.
template <class Column>
harness::line_fit slope_of(std::vector<footprint_reading> const& readings, Column column) {
  std::vector<std::pair<double, double>> points;
  for (footprint_reading const& one : readings)
    points.emplace_back(static_cast<double>(one.units), static_cast<double>(column(one)));
  return harness::fit_line(points);
}

/// What the unit's own frame takes, and how much more the unit does, in models that have frames.
void report_frames(std::size_t frame_bytes, std::vector<footprint_reading> const& readings,
                   harness::measurement& given);

template <class Model>
void measure_footprint(typename Model::options const& options, std::size_t touch_bytes, harness::measurement& given,
                       std::uint64_t unit_count = Model::idle_unit_count) {
  auto const steps = footprint_steps(unit_count, touch_bytes);
  runtime::shared_object<unit_arrivals> arrivals;
  auto const account = harness::memory_account::choose();
  typename Model::idle units(options, *arrivals, steps.back(), touch_bytes);
  auto const readings = grow_and_read(units, *arrivals, steps, account, given);
  report_footprint(readings, account.source(), given);
  if constexpr (requires { units.frame_bytes(); })
    if (units.frame_bytes() > 0) report_frames(units.frame_bytes(), readings, given);
}

/// The next N of a search for the limit: twice as many, but never more than `declared` or than `allowed_bytes` hold
/// when each takes what the last ones took. The same N when there is no room for one more.
std::uint64_t next_toward_limit(std::vector<footprint_reading> const& readings, std::uint64_t declared,
                                std::uint64_t allowed_bytes);

/// Once the count stands still for 100 ms: units that were started before the limit was met may still be on their way.
void await_stragglers(unit_arrivals const& arrivals);

/// N reached, why it ended, and the curve on the way.
void report_footprint_limit(std::vector<footprint_reading> const& readings, unit_arrivals const& arrivals,
                            std::string const& why, std::string const& source, harness::measurement& given);

/// Doubles N until the model, the machine or the memory limit ends it. Part of `full` only.
template <class Model>
void measure_footprint_limit(typename Model::options const& options, harness::measurement& given) {
  std::uint64_t const declared = Model::unit_limit(options);
  std::uint64_t const allowed_bytes = given.settings().memory_limit_bytes / 4 * 3;  // the rest is for everything else
  runtime::shared_object<unit_arrivals> arrivals;
  auto const account = harness::memory_account::choose();
  typename Model::idle units(options, *arrivals, declared, 0);
  std::vector<footprint_reading> readings{{0, harness::own_reserved_bytes(), read_settled(account)}};
  std::string why;
  for (std::uint64_t count = std::max<std::uint64_t>(Model::idle_unit_count / 4, 1); why.empty();) {
    try {
      units.grow_to(std::min(count, declared));
      readings.push_back({std::min(count, declared), harness::own_reserved_bytes(), read_settled(account)});
      count = next_toward_limit(readings, declared, allowed_bytes);
      if (count == declared && readings.back().units == declared)
        why = "the model's declared limit";
      else if (count == readings.back().units)
        why = "one more would exceed three quarters of the memory limit";
    } catch (limit_reached const& error) {
      why = error.what();
    } catch (std::bad_alloc const&) {
      why = "an allocation failed";
    }
  }
  await_stragglers(*arrivals);
  report_footprint_limit(readings, *arrivals, why, account.source(), given);
}

/// Why no units of this kind can wait, where that is known before anything runs; else empty.
template <class Model>
std::string idle_refusal(typename Model::options const& options, std::size_t touch_bytes) {
  if constexpr (requires { Model::why_none_together; }) return Model::why_none_together;
  if (Model::idle_unit_count == 0) return std::string(Model::name) + " has no units that could wait";
  if constexpr (requires { Model::idle::refusal(options, touch_bytes); })
    return Model::idle::refusal(options, touch_bytes);
  else
    return {};
}

template <class Model>
void add_footprint_cases(harness::registry& all) {
  using harness::profile;
  bool first_variant = true;
  for (auto const& each : Model::variants()) {
    auto const& label = each.label;
    auto const& options = each.options;
    for (std::size_t touch_bytes : {std::size_t{0}, std::size_t{64} << 10, std::size_t{256} << 10}) {
      std::string const touch = touch_bytes == 0 ? "touch:0" : "touch:" + std::to_string(touch_bytes >> 10) + "KiB";
      auto one = case_of<Model>(footprint_info, "idle", joined(label, touch),
                                touch_bytes == 0 && first_variant ? profile::quick
                                : each.detail                     ? profile::full
                                                                  : profile::standard);
      one.headline = touch_bytes == 0 && first_variant;
      if (first_variant) one.plain_label = touch;
      hold_short_if_late(one);
      one.prediction_factor = 1.3;  // the units' start and end, of all models and profiles on average
      one.skip_reason = idle_refusal<Model>(options, touch_bytes);
      one.run = [options, touch_bytes](harness::measurement& given) {
        measure_footprint<Model>(options, touch_bytes, given);
      };
      all.add(one);
    }
    if constexpr (requires { Model::many_idle_units; }) {
      auto many =
          case_of<Model>(footprint_info, "idle",
                         joined(label, "touch:0", "units:" + std::to_string(Model::many_idle_units)), profile::full);
      many.prediction_factor = 3;
      many.run = [options](harness::measurement& given) {
        measure_footprint<Model>(options, 0, given, Model::many_idle_units);
      };
      all.add(many);
    }
    auto limit = case_of<Model>(footprint_info, "idle", joined(label, "touch:0", "units:limit"), profile::full);
    limit.prediction_factor = 20;
    limit.skip_reason = idle_refusal<Model>(options, 0);
    limit.run = [options](harness::measurement& given) { measure_footprint_limit<Model>(options, given); };
    all.add(limit);
    first_variant = false;
  }
}

}  // namespace unitcost::measures
