#include "benchmarks/measures/waiting/sleep.hpp"

#include <algorithm>
#include <vector>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/waiting/contender_sleep.hpp"
#include "benchmarks/measures/waiting/sleep_floor.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"

namespace unitcost::measures {

void report_sleep(sleep_log const& log, harness::measurement& given) {
  outcome done;
  std::vector<double> lateness_ns;
  std::int64_t last_wake_ns = 0;
  for (std::uint64_t index = 0; index < log.units.size(); ++index) {
    auto const [started_ns, woke_ns, waits] = log.units[index];
    std::int64_t const late_ns = woke_ns - started_ns - log.what.delay_ns;
    if (waits == 0 || late_ns < 0) continue;  // never, or not in full
    outcome const one = workloads::sleep::of_unit(index);
    done.units += waits * one.units;
    done.checksum += waits * one.checksum;
    lateness_ns.push_back(static_cast<double>(late_ns));
    last_wake_ns = std::max(last_wake_ns, woke_ns);
  }
  outcome const expected = workloads::sleep::oracle(log.what);
  given.check(done.units, expected.units, done.checksum, expected.checksum);
  if (lateness_ns.empty()) return;
  report_wakes(lateness_ns, static_cast<double>(last_wake_ns - log.begun_ns - log.what.delay_ns),
               "CLOCK_MONOTONIC, read by the units", given);
}

void report_wakes(std::vector<double> const& lateness_ns, double beyond_ideal_ns, std::string const& source,
                  harness::measurement& given) {
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
  report("beyond_ideal_ns", "time of all units beyond one delay", beyond_ideal_ns, 1);
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
