// footprint, workload sleeping: bytes of memory that one more unit takes that waits for a time.
//
// One unit starts the others, a fifth of them at a time, and reads the account when all that it has started sleep. None
// wakes up before the last reading.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/machine/memory_account.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/together.hpp"
#include "benchmarks/measures/units/footprint.hpp"
#include "benchmarks/measures/waiting/sleep.hpp"
#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info sleeper_footprint_info{
    .name = "footprint",
    .question = "How much memory does one more unit take that waits for a time?",
    .from = "a fifth of the units sleep",
    .to = "all units do",
    .unit = "bytes per unit, in columns: user, kernel, total",
    .method =
        "least-squares slope over five N in one process; none wakes up between two readings, or there is no number",
    .source = "the repetition's own memory cgroup, or where there is none the machine-wide account",
    .file = "benchmarks/measures/waiting/sleeper_footprint.hpp",
    .timed = false};

/// One run, in shared memory.
struct sleeper_run {
  sleeper_run(std::uint64_t units, std::int64_t delay)
      : delay_ns(delay), steps(footprint_steps(units, 0)), readings(steps.size()) {
    for (footprint_reading& each : readings) each = {};  // written before the first reading, not between two
  }

  /// When `units` of them sleep, or are about to.
  void read(std::size_t step) {
    readings[step] = {.units = steps[step], .memory = read_settled(account)};
    last_reading_ns = runtime::now_ns();
  }
  bool sleep_by_now(std::uint64_t units) const { return arrivals.count.load(std::memory_order_acquire) >= units; }

  std::int64_t delay_ns;
  std::vector<std::uint64_t> steps;
  harness::memory_account account = harness::memory_account::choose();
  runtime::shared_array<footprint_reading> readings;
  unit_arrivals arrivals;
  std::int64_t begun_ns = 0, last_reading_ns = 0;
};

struct falling_asleep {
  /// How long the starting unit rests while others have not come so far.
  static constexpr std::int64_t rest_ns = 200'000;

  template <class Model>
  static void direct(typename Model::context& unit, sleeper_run& all, unsigned) {
    using context = typename Model::context;
    std::vector<std::uint8_t> ended(all.steps.back());
    all.begun_ns = runtime::now_ns();
    typename context::scope sleepers(unit);
    std::uint64_t started = 0;
    for (std::size_t step = 0; step < all.steps.size(); ++step) {
      for (; started < all.steps[step]; ++started)
        sleepers.spawn(ended[started], [run = &all, index = started](context& sleeper) {
          run->arrivals.arrive(index);
          sleep<Model>(sleeper, run->delay_ns);
          return std::uint8_t{1};
        });
      while (!all.sleep_by_now(started)) sleep<Model>(unit, rest_ns);
      all.read(step);
    }
    sleepers.join();
  }
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among, sleeper_run& all, unsigned) {
    all.begun_ns = runtime::now_ns();
    std::uint64_t started = 0;
    for (std::size_t step = 0; step < all.steps.size(); ++step) {
      for (; started < all.steps[step]; ++started) co_await among.start(sleeper<Model>(among, all, started));
      while (!all.sleep_by_now(started)) co_await among.sleep_since(runtime::now_ns(), rest_ns);
      all.read(step);
    }
  }

 private:
  template <class Model>
  static void sleep(typename Model::context& unit, std::int64_t delay_ns) {
    if constexpr (sleeping<typename Model::context>)
      unit.sleep_since(runtime::now_ns(), delay_ns);
    else
      runtime::sleep_until(runtime::now_ns() + delay_ns);
  }
  template <class Model>
  static typename Model::turns::unit sleeper(typename Model::turns& among, sleeper_run& all, std::uint64_t index) {
    all.arrivals.arrive(index);
    co_await among.sleep_since(runtime::now_ns(), all.delay_ns);
  }
};

/// Throws not_stable where somebody may have woken up before the last reading.
void report_sleepers(sleeper_run const& measured, harness::measurement& given);

/// As many as of idle units, or as fibers have where a model has none of those.
template <class Model>
constexpr std::uint64_t sleeper_count = Model::idle_unit_count > 0 ? Model::idle_unit_count : 4096;

template <class Model>
void measure_sleeper_footprint(harness::measurement& given) {
  auto const cpus = given.first_cpus(1);
  runtime::confine_to(cpus);
  auto const delay_ns = static_cast<std::int64_t>(given.measuring_s() * 1e9);
  runtime::shared_object<sleeper_run> measured(sleeper_count<Model>, delay_ns);
  run_together<falling_asleep, Model>(Model::variants().front().options, {.workers = 1, .cpus = cpus}, 1, *measured);
  report_sleepers(*measured, given);
}

/// Still without its function.
harness::benchmark_case sleeper_footprint_case_of(std::string_view model);

template <class Model>
void add_sleeper_footprint_cases(harness::registry& all) {
  auto one = sleeper_footprint_case_of(Model::name);
  one.run = [](harness::measurement&) {};
  if constexpr (!why_none_together<Model>().empty()) {
    one.skip_reason = why_none_together<Model>();
  } else if constexpr (sleeps_beside_others<Model>()) {
    one.run = [](harness::measurement& given) { measure_sleeper_footprint<Model>(given); };
  } else {
    one.skip_reason = "a waiting unit of " + std::string(Model::name) + " holds its worker: two never wait at once";
  }
  all.add(one);
}

}  // namespace unitcost::measures
