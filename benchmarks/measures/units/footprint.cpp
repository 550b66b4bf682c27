#include "benchmarks/measures/units/footprint.hpp"

#include <fmt/format.h>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/contenders/contender_footprint.hpp"
#include "impl/all.hpp"
#include "impl/stackful/stackful.hpp"

namespace unitcost::measures {

harness::memory_reading read_settled(harness::memory_account const& account) {
  auto last = account.read();
  for (int attempt = 0; attempt < 20; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    auto const next = account.read();
    if (next.total_bytes == last.total_bytes) return next;
    last = next;
  }
  return last;
}

std::vector<std::uint64_t> footprint_steps(std::uint64_t unit_count, std::size_t touch_bytes) {
  constexpr std::uint64_t most_touched_bytes = 256u << 20;
  std::uint64_t largest = unit_count;
  if (touch_bytes > 0) largest = std::min<std::uint64_t>(largest, most_touched_bytes / touch_bytes);
  std::vector<std::uint64_t> steps;
  for (std::uint64_t fifth = 1; fifth <= 5; ++fifth)
    steps.push_back(std::max<std::uint64_t>(largest * fifth / 5, fifth));
  return steps;
}

namespace {

void report_memory_curve(std::vector<footprint_reading> const& readings, harness::measurement& given) {
  harness::series curve{"memory", "memory over units alive", "units", "1", "total", "bytes", {}};
  for (footprint_reading const& one : readings)
    curve.points.emplace_back(static_cast<double>(one.units), static_cast<double>(one.memory.total_bytes));
  given.report(curve);
}

/// With stacks of 512 bytes: a million of them take half a GiB.
void add_a_million_fibers(harness::registry& all, runtime::stack_guard guard) {
  using models::stackful;
  constexpr std::uint64_t million = 1'000'000;
  auto one = case_of<stackful>(
      footprint_info, "idle",
      joined("stack:512B", guard == runtime::stack_guard::none ? "" : "guard:canary", "touch:0", "units:1000000"),
      harness::profile::full);
  one.prediction_factor = 2;
  one.run = [guard](harness::measurement& given) {
    measure_footprint<stackful>({.bytes = 512, .guard = guard}, 0, given, million);
  };
  all.add(one);
}

}  // namespace

void report_columns(std::vector<footprint_column> const& columns, std::vector<footprint_reading> const& readings,
                    std::string const& source, harness::measurement& given) {
  for (footprint_column const& column : columns) {
    auto const fit = slope_of(readings, column.of);
    given.report({.name = column.name,
                  .label = column.label,
                  .value = fit.slope,
                  .unit = "bytes",
                  .better = harness::direction::smaller,
                  .fit_low = fit.slope_low,
                  .fit_high = fit.slope_high,
                  .samples = readings.size(),
                  .headline = column.headline},
                 source);
  }
}

void report_footprint(std::vector<footprint_reading> const& readings, std::string const& source,
                      harness::measurement& given) {
  using reading = footprint_reading;
  report_columns(
      {{"resident_bytes_per_unit", "user memory per unit", true, [](reading const& r) { return r.memory.user_bytes; }},
       {"kernel_bytes_per_unit", "kernel memory per unit", true,
        [](reading const& r) { return r.memory.kernel_bytes; }},
       {"total_bytes_per_unit", "memory per unit", true, [](reading const& r) { return r.memory.total_bytes; }}},
      readings, source, given);
  report_columns({{"reserved_bytes_per_unit", "reserved address space per unit", false,
                   [](reading const& r) { return r.reserved_bytes; }}},
                 readings, "VmSize in /proc/<pid>/status", given);
  report_memory_curve(readings, given);
}

void report_frames(std::size_t frame_bytes, std::vector<footprint_reading> const& readings,
                   harness::measurement& given) {
  auto const frame = static_cast<double>(frame_bytes);
  auto const total = slope_of(readings, [](footprint_reading const& reading) { return reading.memory.total_bytes; });
  given.report({.name = "frame_bytes", .label = "a unit's frame", .value = frame, .unit = "bytes"},
               "as allocated: what the compiler asks for, rounded up to 16");
  given.report({.name = "beyond_frame_bytes",
                .label = "memory per unit beyond its frame",
                .value = total.slope - frame,
                .unit = "bytes",
                .derived_from = "total_bytes_per_unit"},
               "total_bytes_per_unit less frame_bytes");
}

std::uint64_t next_toward_limit(std::vector<footprint_reading> const& readings, std::uint64_t declared,
                                std::uint64_t allowed_bytes) {
  std::uint64_t const alive = readings.back().units;
  std::uint64_t const idle_bytes = readings.front().memory.total_bytes, now_bytes = readings.back().memory.total_bytes;
  std::uint64_t const used_bytes = now_bytes > idle_bytes ? now_bytes - idle_bytes : 0;
  std::uint64_t next = alive * 2;
  if (used_bytes > 0) {
    double const room = static_cast<double>(allowed_bytes) / static_cast<double>(used_bytes);
    next = room <= 1 ? alive : std::min(next, static_cast<std::uint64_t>(static_cast<double>(alive) * room));
  }
  return std::min(next, declared);
}

void await_stragglers(unit_arrivals const& arrivals) {
  constexpr int looks_without_change = 10;
  std::uint64_t last = arrivals.count.load(std::memory_order_acquire);
  for (int unchanged = 0; unchanged < looks_without_change;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::uint64_t const now = arrivals.count.load(std::memory_order_acquire);
    unchanged = now == last ? unchanged + 1 : 0;
    last = now;
  }
}

void report_footprint_limit(std::vector<footprint_reading> const& readings, unit_arrivals const& arrivals,
                            std::string const& why, std::string const& source, harness::measurement& given) {
  std::uint64_t const reached = arrivals.count;
  std::uint64_t expected = 0;
  for (std::uint64_t index = 0; index < reached; ++index) expected += unit_arrivals::hash(index);
  given.check(std::max(reached, readings.back().units), reached, arrivals.checksum, expected);
  given.note(fmt::format("ended at {} units: {}", reached, why));
  given.report({.name = "units_alive",
                .label = "units alive at once",
                .value = static_cast<double>(reached),
                .unit = "1",
                .better = harness::direction::greater},
               "counted by the units");
  report_memory_curve(readings, given);
  given.note("memory read from " + source);
}

void add_footprint(harness::registry& all) {
  add_contender_footprint(all);
  for_each_model(all_models{}, [&]<class Model>() { add_footprint_cases<Model>(all); });
  add_a_million_fibers(all, runtime::stack_guard::none);
  add_a_million_fibers(all, runtime::stack_guard::canary);
}

}  // namespace unitcost::measures
