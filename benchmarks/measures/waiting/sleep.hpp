// latency, workload sleep: how late do units wake up that wait for a time, and what do so many timers cost?
//
// N units start, each waits its delay by its model's own means and notes by how much it is late. All run on one worker,
// since that is what timers belong to. Ideally all is over one delay after the first unit has started.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"
#include "workloads/io/sleep.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info sleep_info{
    .name = "latency",
    .question = "How late do waiting units wake up, and what do so many timers cost?",
    .from =
        "a unit's reading of the clock just before it waits (lateness); the model is given the units (beyond the "
        "ideal)",
    .to = "its reading just after; the last unit's, one delay taken off",
    .unit = "ns",
    .method =
        "each unit waits once; making and starting the units is part of what is beyond the ideal. Units that hold "
        "their worker while they wait do so one after the other",
    .source = "CLOCK_MONOTONIC, read by the units",
    .file = "benchmarks/measures/waiting/sleep.hpp"};

/// What one unit leaves behind.
struct slept {
  std::int64_t started_ns = 0;
  std::int64_t woke_ns = 0;
  std::uint64_t waits = 0;  ///< that it has come back from; 1 in the end

  std::int64_t start() { return started_ns = runtime::now_ns(); }
  void wake() {
    woke_ns = runtime::now_ns();
    ++waits;
  }
};

/// In shared memory.
struct sleep_log {
  explicit sleep_log(workloads::sleep::parameters const& asked) : what(asked), units(asked.units) {}

  workloads::sleep::parameters what;
  std::int64_t begun_ns = 0;  ///< before anything was done for the first unit
  runtime::shared_array<slept> units;
};

struct sleeping_once {
  /// A unit without a sleep of its own is a kernel thread, or holds one until it ends: that sleeps.
  template <class Model>
  static void direct(typename Model::context& unit, sleep_log& log, unsigned index) {
    slept& own = log.units[index];
    own.start();
    if constexpr (sleeping<typename Model::context>)
      unit.sleep_since(own.started_ns, log.what.delay_ns);
    else
      runtime::sleep_until(own.started_ns + log.what.delay_ns);
    own.wake();
  }
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among, sleep_log& log, unsigned index) {
    // No reference to its log is held meanwhile: that would lie in the frame.
    co_await among.sleep_since(log.units[index].start(), log.what.delay_ns);
    log.units[index].wake();
  }
};

/// Proves that each unit waited, once and in full, and reports how late it was.
void report_sleep(sleep_log const& log, harness::measurement& given);

/// Of units that each slept once, in the same order; times since before the first was made.
struct sleeps {
  double delay_ns = 0;
  std::vector<double> started_ns, lateness_ns;

  double woke_ns(std::size_t unit) const { return started_ns[unit] + delay_ns + lateness_ns[unit]; }
  double last_wake_ns() const;
  /// The most that slept at the same time: who wakes before another has begun was not among many.
  std::uint64_t asleep_at_once() const;
};

/// How late each unit was, by how much all together took longer than one delay, and how many slept at once, by a clock
/// named `source`.
void report_wakes(sleeps const& all, std::string const& source, harness::measurement& given);

template <class Model>
void measure_sleep(workloads::sleep::parameters const& asked, harness::measurement& given) {
  auto const cpus = given.first_cpus(1);
  runtime::confine_to(cpus);
  runtime::shared_object<sleep_log> log(asked);
  log->begun_ns = runtime::now_ns();
  run_together<sleeping_once, Model>(Model::variants().front().options, {.workers = 1, .cpus = cpus},
                                     static_cast<unsigned>(asked.units), *log);
  report_sleep(*log, given);
}

/// Whether a unit can wait while the others run on the same worker, or has a kernel thread of its own.
template <class Model>
constexpr bool sleeps_beside_others() {
  if constexpr (turns_model<Model>)
    return true;
  else
    return sleeping<typename Model::context> || (Model::abilities.preemptive && Model::abilities.waits_without_worker);
}

/// How many units are asked to wait for how long, and who is asked at all.
struct sleep_scale {
  workloads::sleep::parameters asked;
  harness::profile least;
};
inline constexpr sleep_scale sleep_scales[] = {
    {{.units = 16, .delay_ns = 1'000'000}, harness::profile::quick},
    {{.units = 1000, .delay_ns = 100'000'000}, harness::profile::full},
    {{.units = 100'000, .delay_ns = 1'000'000'000}, harness::profile::full},
    {{.units = 1'000'000, .delay_ns = 10'000'000'000}, harness::profile::full},
};

/// Why that model is not asked for that many; empty where it is.
template <class Model>
std::string why_no_sleep(workloads::sleep::parameters const& asked) {
  constexpr std::uint64_t most_one_after_the_other = 64;
  std::string const name(Model::name);
  if (!sleeps_beside_others<Model>())
    return asked.units <= most_one_after_the_other
               ? ""
               : "a waiting unit of " + name + " holds its worker: they would wait one after the other";
  std::uint64_t const limit = Model::unit_limit(Model::variants().front().options);
  if (asked.units > limit) return name + " can have " + std::to_string(limit) + " units here";
  return {};
}

/// Still without its function.
harness::benchmark_case sleep_case_of(std::string_view model, sleep_scale const& scale, std::string const& way = {});

template <class Model>
void add_sleep_cases(harness::registry& all) {
  for (sleep_scale const& scale : sleep_scales) {
    auto one = sleep_case_of(Model::name, scale);
    one.run = [](harness::measurement&) {};
    if constexpr (why_none_together<Model>().empty()) {
      one.skip_reason = why_no_sleep<Model>(scale.asked);
      if (!sleeps_beside_others<Model>() || !one.skip_reason.empty())
        one.least = std::max(one.least, harness::profile::standard);
      one.run = [asked = scale.asked](harness::measurement& given) { measure_sleep<Model>(asked, given); };
    } else {
      one.skip_reason = why_none_together<Model>();
      one.least = std::max(one.least, harness::profile::standard);
    }
    all.add(one);
  }
}

}  // namespace unitcost::measures
