#include "benchmarks/measures/scheduling/oversubscription.hpp"

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/scheduling/time_slices.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {
namespace {

constexpr unsigned most_units_a_cpu = 64;
constexpr std::size_t resident_bytes = 16 * 1024, hungry_bytes = 512 * 1024;

/// As many steps as one unit alone makes in that time, by the fastest of several stretches.
std::uint64_t steps_within(double job_ns, std::span<walk_line const> lines) {
  constexpr std::uint64_t steps = 200'000;
  std::uint32_t line = walk(lines, 0, lines.size());
  double fastest_ns = job_ns;
  for (int stretch = 0; stretch < 9; ++stretch) {
    std::int64_t const begun_ns = runtime::now_ns();
    line = walk(lines, line, steps);
    fastest_ns = std::min(fastest_ns, static_cast<double>(runtime::now_ns() - begun_ns));
  }
  // The compiler must not think that nobody needs to walk.
  asm volatile("" : : "r"(line));
  return static_cast<std::uint64_t>(job_ns / fastest_ns * steps);
}

template <class Value>
harness::series over_units(std::span<crowd const> crowds, harness::series about, Value value) {
  about.x_name = "units";
  about.x_unit = "1";
  for (crowd const& each : crowds) about.points.emplace_back(each.units, std::invoke(value, each));
  return about;
}

void report_most(crowd const& most, harness::measurement& given) {
  using enum harness::direction;
  given.report({.name = "switches_per_million_steps",
                .label = "context switches per million steps, most units",
                .value = static_cast<double>(most.switches) / static_cast<double>(most.steps) * 1e6,
                .unit = "1",
                .better = neither,
                .samples = most.units},
               "getrusage(2) of each unit");
  double const lives_ns = static_cast<double>(most.units) * static_cast<double>(most.elapsed_ns);
  given.report({.name = "queued_share",
                .label = "share of the time in which a unit waits for a CPU, most units",
                .value = static_cast<double>(most.queued_ns) / lives_ns,
                .unit = "1",
                .better = neither,
                .samples = most.units},
               "/proc/thread-self/schedstat of each unit");
}

}  // namespace

std::vector<unsigned> crowd_sizes(unsigned cpus) {
  constexpr unsigned most = 1024;
  std::vector<unsigned> sizes;
  for (unsigned units = 1; units < cpus; units *= 2) sizes.push_back(units);
  for (unsigned factor = 1; factor <= most_units_a_cpu; factor *= 2)
    if (factor == 1 || factor * cpus <= most) sizes.push_back(factor * cpus);
  return sizes;
}

divided_job::divided_job(unsigned units, std::uint64_t steps, std::span<walk_line const> lines,
                         std::int64_t patience_ns)
    : steps_(steps),
      lines_(lines),
      lines_of_each_(lines.size() / units),
      start_(units, patience_ns),
      end_(units, patience_ns),
      parts_(units) {}

std::uint64_t divided_job::steps_of(unsigned index) const {
  return steps_ / parts_.size() + (index < steps_ % parts_.size() ? 1 : 0);
}
std::uint32_t divided_job::start_of(unsigned index) const {
  return index & static_cast<std::uint32_t>(lines_of_each_ - 1);
}

pause divided_job::step(unsigned index) {
  auto const own_lines = lines_.subspan(index * lines_of_each_, lines_of_each_);
  part& own = parts_[index];
  // Once around: what is read for the first time is not the job's to fetch.
  std::uint32_t const start = walk(own_lines, start_of(index), own_lines.size());
  if (!start_.await_all()) return no_more;
  own.before = read_own_account();  // without the sleep until all had come
  own.led_to = walk(own_lines, start, steps_of(index));
  own.end_ns = runtime::now_ns();
  own.after = read_own_account();
  own.done = true;
  // To end is dear, a process's above all, and takes a CPU from those who still work.
  end_.await_all();
  return no_more;
}

std::uint64_t divided_job::ended() const {
  return static_cast<std::uint64_t>(std::ranges::count_if(parts_, &part::done));
}

std::uint64_t divided_job::checksum() const {
  std::uint64_t sum = 0;
  for (std::uint64_t weight = 1; part const& each : parts_) sum += weight++ * each.led_to;
  return sum;
}

std::uint64_t divided_job::expected_checksum() const {
  std::uint64_t sum = 0;
  for (unsigned index = 0; index < parts_.size(); ++index)
    sum += (index + 1) * std::uint64_t{end_of_walk(lines_of_each_, start_of(index), steps_of(index))};
  return sum;
}

crowd divided_job::told() const {
  crowd out{.units = static_cast<unsigned>(parts_.size()), .steps = steps_};
  out.elapsed_ns = std::ranges::max(parts_, {}, &part::end_ns).end_ns - start_.complete_ns();
  for (part const& each : parts_) {
    out.queued_ns += each.after.runnable_ns - each.before.runnable_ns;
    out.switches += each.after.switches - each.before.switches;
  }
  return out;
}

void report_oversubscription(std::span<crowd const> crowds, unsigned cpus, harness::measurement& given) {
  double const fitting = std::ranges::find(crowds, cpus, &crowd::units)->steps_per_second();
  auto const efficiency = [fitting](crowd const& each) { return each.steps_per_second() / fitting; };
  given.report(over_units(crowds, {"steps_per_second", "throughput of all units", {}, {}, "throughput", "1/s", {}},
                          &crowd::steps_per_second));
  given.report(
      over_units(crowds, {"efficiency", "throughput over that of as many units as CPUs", {}, {}, "efficiency", "1", {}},
                 efficiency));
  given.report(over_units(
      crowds, {"switches", "context switches per million steps", {}, {}, "switches per million steps", "1", {}},
      [](crowd const& each) { return static_cast<double>(each.switches) / static_cast<double>(each.steps) * 1e6; }));
  given.report(over_units(
      crowds, {"queued", "time that units wait for a CPU, per step", {}, {}, "queued per step", "ns", {}},
      [](crowd const& each) { return static_cast<double>(each.queued_ns) / static_cast<double>(each.steps); }));
  for (unsigned const units_a_cpu : {4u, most_units_a_cpu}) {
    auto const found = std::ranges::find(crowds, units_a_cpu * cpus, &crowd::units);
    if (found == crowds.end()) continue;
    given.report({.name = "efficiency_at_" + std::to_string(units_a_cpu),
                  .label = "throughput of " + std::to_string(units_a_cpu) + " units a CPU over that of one",
                  .value = efficiency(*found),
                  .unit = "1",
                  .better = harness::direction::greater},
                 "CLOCK_MONOTONIC");
  }
  report_most(crowds.back(), given);
}

void measure_oversubscription(unit_kind const& kind, std::size_t bytes_of_each, harness::measurement& given) {
  auto const& cpus = given.settings().cpus;
  auto const cpu_count = static_cast<unsigned>(cpus.size());
  runtime::confine_to(cpus);
  auto sizes = crowd_sizes(cpu_count);
  std::size_t const lines_of_each = bytes_of_each / sizeof(walk_line);
  runtime::shared_array<walk_line> lines(sizes.back() * lines_of_each);
  std::span<walk_line> const all_lines(lines.begin(), lines.end());
  for (unsigned unit = 0; unit < sizes.back(); ++unit) lay_out(all_lines.subspan(unit * lines_of_each, lines_of_each));
  std::uint64_t const steps = steps_within(given.measuring_s() / 2 * 1e9, all_lines.first(lines_of_each));
  std::ranges::shuffle(sizes, std::mt19937_64(given.settings().seed + given.settings().repetition));
  std::vector<crowd> crowds;
  for (unsigned const units : sizes) {
    runtime::shared_object<divided_job> job(units, steps, all_lines.first(units * lines_of_each), given.patience_ns());
    kind.run({.workers = cpu_count, .cpus = cpus}, units, steps_of(*job));
    given.check(job->ended(), units, job->checksum(), job->expected_checksum());
    if (job->ended() != units) return;  // there is nothing to tell of
    crowds.push_back(job->told());
  }
  std::ranges::sort(crowds, {}, &crowd::units);
  report_oversubscription(crowds, cpu_count, given);
}

void add_oversubscription(harness::registry& all) {
  for (unit_kind const& kind : unit_kinds()) {
    if (!kind.is_scheduled_by_kernel()) continue;
    for (auto const& [workload, bytes] : {std::pair{"resident", resident_bytes}, std::pair{"hungry", hungry_bytes}}) {
      auto one = case_of(kind.model, oversubscription_info, workload,
                         "units_per_cpu:" + std::to_string(most_units_a_cpu), harness::profile::standard);
      // The job as often as there are sizes; to make so many processes takes as long again.
      one.prediction_factor = (bytes == hungry_bytes ? 3.5 : 2) + (kind.abilities.shares_memory ? 0 : 2);
      one.run = [&kind, bytes_of_each = bytes](harness::measurement& given) {
        measure_oversubscription(kind, bytes_of_each, given);
      };
      all.add(one);
    }
    if (!kind.abilities.shares_memory) add_time_slices(all, kind);  // one for both: a turn of a thread is no other
  }
}

}  // namespace unitcost::measures
