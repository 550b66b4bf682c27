#include "benchmarks/measures/pools/elastic.hpp"

#include <stdexcept>

#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

namespace {

constexpr std::int64_t wave_ns = 50'000'000, busy_ns = 20'000'000, pause_ns = 150'000'000;

constexpr char const* pools_source = "the pool's own counts";

void report_threads(size_log const& sizes, std::int64_t from_ns, std::int64_t to_ns, unsigned most,
                    harness::measurement& given) {
  given.report(
      harness::series{"threads", "threads of the pool", "time", "ms", "threads", "1", sizes.steps(from_ns, to_ns)});
  given.report({.name = "most_threads",
                .label = "threads at once, at most",
                .value = static_cast<double>(most),
                .unit = "1",
                .better = harness::direction::neither},
               pools_source);
}

}  // namespace

std::string_view to_string(load_shape shape) { return shape == load_shape::square_wave ? "square_wave" : "bursts"; }

std::string_view to_string(blocking how) { return how == blocking::announced ? "announced" : "unannounced"; }

std::vector<std::int64_t> plan_of(load_shape shape) {
  std::vector<std::int64_t> out;
  for (unsigned wave = 0; wave < waves_of_a_load; ++wave) {
    std::int64_t const begin_ns = wave * wave_ns + (wave >= waves_of_a_load / 2 ? pause_ns : 0);
    for (unsigned task = 0; task < tasks_of_a_wave; ++task)
      out.push_back(begin_ns + (shape == load_shape::square_wave ? task * busy_ns / tasks_of_a_wave : 0));
  }
  return out;
}

std::vector<std::pair<double, double>> size_log::steps(std::int64_t from_ns, std::int64_t to_ns) const {
  std::vector<std::pair<double, double>> out{{0, 0}};
  auto const ms = [from_ns](std::int64_t when_ns) { return static_cast<double>(when_ns - from_ns) * 1e-6; };
  for (auto const& [when_ns, threads] : changes_) {
    if (when_ns > to_ns) break;
    if (when_ns <= from_ns) {
      out.back().second = threads;
      continue;
    }
    out.emplace_back(ms(when_ns), out.back().second);
    out.emplace_back(ms(when_ns), threads);
  }
  out.emplace_back(ms(to_ns), out.back().second);
  return out;
}

void check_elastic(planned_tasks const& tasks, pools::size_limits const& limits, pools::crew_counts const& counts,
                   harness::measurement& given) {
  tasks.check(given);
  // A pool beyond its bounds is as wrong as a lost task: a unit of the proof each.
  given.check(counts.most_threads <= limits.most ? 1 : 0, 1, 0, 0);
}

void report_elastic(planned_tasks const& tasks, size_log const& sizes, elastic_outcome const& outcome,
                    harness::measurement& given) {
  report_percentiles("wait", "waits for a thread, from the planned time", tasks.waits_ns(), given);
  std::int64_t const from_ns = tasks.begun_ns(), to_ns = tasks.last_end_ns();
  given.report({.name = "idle_threads",
                .label = "threads that idle, on average",
                .value = static_cast<double>(outcome.after.idle_ns - outcome.before.idle_ns) /
                         static_cast<double>(to_ns - from_ns),
                .unit = "1",
                .better = harness::direction::smaller},
               pools_source);
  given.report({.name = "starts_per_wave",
                .label = "threads started a wave",
                .value = static_cast<double>(outcome.after.started - outcome.before.started) / waves_of_a_load,
                .unit = "1",
                .better = harness::direction::smaller,
                .samples = waves_of_a_load},
               pools_source);
  given.report({.name = "neighbour_speed",
                .label = "a neighbour's rate beside the pool / alone",
                .value = outcome.neighbour_speed,
                .unit = "1",
                .better = harness::direction::greater},
               "CLOCK_MONOTONIC, steps counted by the neighbour");
  report_threads(sizes, from_ns, to_ns, outcome.after.most_threads, given);
}

std::vector<task_work> work_of_which_some_blocks(std::uint64_t iterations) {
  std::vector<task_work> out(tasks_of_which_some_block, task_work{.iterations = iterations});
  for (std::size_t index = 0; index < out.size(); index += 4) out[index] = {.iterations = 0, .wait_ns = 2'000'000};
  return out;
}

void report_blocking(planned_tasks const& tasks, double kernel_ns, size_log const& sizes,
                     pools::crew_counts const& counts, harness::measurement& given) {
  std::int64_t const from_ns = tasks.begun_ns(), to_ns = tasks.last_end_ns();
  auto const elapsed_ns = static_cast<double>(to_ns - from_ns);
  given.report({.name = "all_tasks_ns",
                .label = "all 400 tasks, of which 100 block for 2 ms",
                .value = elapsed_ns,
                .unit = "ns",
                .better = harness::direction::smaller},
               "CLOCK_MONOTONIC");
  given.report({.name = "computing_cpus",
                .label = "CPUs that compute, on average",
                .value = kernel_ns * tasks_of_which_some_block * 3 / 4 / elapsed_ns,
                .unit = "1",
                .better = harness::direction::greater,
                .derived_from = "all_tasks_ns"},
               "CLOCK_MONOTONIC");
  report_threads(sizes, from_ns, to_ns, counts.most_threads, given);
}

void add_elastic(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_elastic_cases<Model>(all); });
}

}  // namespace unitcost::measures
