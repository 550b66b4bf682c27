#include "benchmarks/measures/waiting/sleep.hpp"

#include <algorithm>
#include <vector>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/contenders/contender_sleep.hpp"
#include "benchmarks/measures/waiting/sleep_floor.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"

namespace unitcost::measures {

void report_sleep(sleep_log const& log, harness::measurement& given) {
  outcome done;
  sleeps all{.delay_ns = static_cast<double>(log.what.delay_ns), .started_ns = {}, .lateness_ns = {}};
  for (std::uint64_t index = 0; index < log.units.size(); ++index) {
    auto const [started_ns, woke_ns, waits] = log.units[index];
    std::int64_t const late_ns = woke_ns - started_ns - log.what.delay_ns;
    if (waits == 0 || late_ns < 0) continue;  // never, or not in full
    outcome const one = workloads::sleep::of_unit(index);
    done.units += waits * one.units;
    done.checksum += waits * one.checksum;
    all.started_ns.push_back(static_cast<double>(started_ns - log.begun_ns));
    all.lateness_ns.push_back(static_cast<double>(late_ns));
  }
  outcome const expected = workloads::sleep::oracle(log.what);
  given.check(done.units, expected.units, done.checksum, expected.checksum);
  if (!all.lateness_ns.empty()) report_wakes(all, "CLOCK_MONOTONIC, read by the units", given);
}

double sleeps::last_wake_ns() const {
  double last = 0;
  for (std::size_t unit = 0; unit < started_ns.size(); ++unit) last = std::max(last, woke_ns(unit));
  return last;
}

std::uint64_t sleeps::asleep_at_once() const {
  std::vector<double> begun = started_ns, over;
  for (std::size_t unit = 0; unit < started_ns.size(); ++unit) over.push_back(woke_ns(unit));
  std::ranges::sort(begun);
  std::ranges::sort(over);
  std::size_t most = 0, awake_again = 0;
  for (std::size_t asleep = 0; asleep < begun.size(); ++asleep) {
    while (over[awake_again] <= begun[asleep]) ++awake_again;
    most = std::max(most, asleep + 1 - awake_again);
  }
  return most;
}

void report_wakes(sleeps const& all, std::string const& source, harness::measurement& given) {
  auto const& lateness_ns = all.lateness_ns;
  auto report = [&](std::string name, std::string label, double value, std::uint64_t samples) {
    given.report({.name = std::move(name),
                  .label = std::move(label),
                  .value = value,
                  .unit = "ns",
                  .better = harness::direction::smaller,
                  .samples = samples},
                 source);
  };
  report("lateness_ns", "from when it was due to the waking unit", harness::median(lateness_ns), lateness_ns.size());
  report("beyond_ideal_ns", "time of all units beyond one delay", all.last_wake_ns() - all.delay_ns, 1);
  given.report({.name = "asleep_at_once",
                .label = "units asleep at the same time, at most",
                .value = static_cast<double>(all.asleep_at_once()),
                .unit = "1",
                .better = harness::direction::greater},
               source);
  given.report(harness::histogram_of(lateness_ns, "lateness_ns", "from when it was due to the waking unit", "ns"));
}

harness::benchmark_case sleep_case_of(std::string_view model, sleep_scale const& scale, std::string const& way) {
  auto one = case_of(model, sleep_info, workloads::sleep::name, joined(way, workloads::sleep::label(scale.asked)),
                     scale.least);
  one.cpus_used = 1;
  one.prediction_factor = 0.15 + 2e-9 * static_cast<double>(scale.asked.delay_ns);
  return one;
}

void add_sleep(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_sleep_cases<Model>(all); });
  add_sleep_floor_cases(all);
  add_contender_sleep(all);
}

}  // namespace unitcost::measures
