#include "benchmarks/measures/scheduling/time_slices.hpp"

#include <algorithm>
#include <string>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/scheduling/oversubscription.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

clock_readers::clock_readers(unsigned units, std::int64_t window_ns, std::int64_t patience_ns)
    : window_ns_(window_ns), start_(units, patience_ns), readers_(units) {}

pause clock_readers::step(unsigned index) {
  reader& own = readers_[index];
  if (!start_.await_all()) return no_more;
  task_account const before = read_own_account();
  own.log.start(before.switches);
  std::int64_t const until_ns = start_.complete_ns() + window_ns_;
  for (std::int64_t now_ns; (now_ns = runtime::now_ns()) < until_ns;) own.log.read(now_ns, own_switches);
  own.cpu_ns = read_own_account().running_ns - before.running_ns;
  own.done = true;
  return no_more;
}

void check_slices(std::span<clock_readers::reader const> readers, std::int64_t window_ns, harness::measurement& given) {
  std::int64_t used_ns = 0;
  for (auto const& each : readers) used_ns += each.cpu_ns;
  // What each does beside reading the clock takes some us.
  std::int64_t const one_cpu_ns = window_ns + window_ns / 20;
  auto const done = static_cast<std::uint64_t>(std::ranges::count_if(readers, &clock_readers::reader::done));
  given.check(done, readers.size(), used_ns <= one_cpu_ns ? 1 : 0, 1);
}

void report_slices(std::span<clock_readers::reader const> readers, harness::measurement& given) {
  using enum harness::direction;
  std::vector<double> slices, waits, cpu_ns;
  for (auto const& each : readers) {
    if (each.log.full()) throw harness::not_stable("more than 4,096 slices of one process: somebody else interrupts");
    for (std::int64_t const slice : each.log.slices_ns()) slices.push_back(static_cast<double>(slice));
    for (std::int64_t const gap : each.log.gap_lengths_ns()) waits.push_back(static_cast<double>(gap));
    cpu_ns.push_back(static_cast<double>(each.cpu_ns));
  }
  if (slices.empty()) throw harness::not_stable("no slice was whole within the measuring time");
  double sum_ns = 0;
  for (double const each : cpu_ns) sum_ns += each;
  auto const tell = [&given](char const* name, char const* label, double value, char const* unit,
                             harness::direction better, std::uint64_t samples) {
    given.report({.name = name, .label = label, .value = value, .unit = unit, .better = better, .samples = samples},
                 std::string(unit) == "ns" ? "CLOCK_MONOTONIC" : "CLOCK_THREAD_CPUTIME_ID");
  };
  tell("slice_median_ns", "a turn on the CPU, median", harness::median(slices), "ns", neither, slices.size());
  tell("slice_longest_ns", "a turn on the CPU, longest", std::ranges::max(slices), "ns", neither, slices.size());
  tell("wait_median_ns", "from one turn to the next, median", harness::median(waits), "ns", neither, waits.size());
  tell("least_over_mean_share", "the least CPU time of a process over the mean",
       std::ranges::min(cpu_ns) / (sum_ns / static_cast<double>(cpu_ns.size())), "1", greater, cpu_ns.size());
  given.report(harness::histogram_of(slices, "slice_ns", "a turn on the CPU", "ns"));
}

void measure_time_slices(unit_kind const& kind, unsigned units, harness::measurement& given) {
  auto const cpus = given.first_cpus(1);
  runtime::confine_to(cpus);
  auto const window_ns = static_cast<std::int64_t>(given.measuring_s() * 1e9);
  runtime::shared_object<clock_readers> readers(units, window_ns, given.patience_ns());
  kind.run({.workers = 1, .cpus = cpus}, units, steps_of(*readers));
  check_slices(readers->readers(), window_ns, given);
  report_slices(readers->readers(), given);
}

void add_time_slices(harness::registry& all, unit_kind const& kind) {
  for (unsigned const units : {2u, 4u, 8u}) {
    auto one = case_of(kind.model, oversubscription_info, "slices", "units:" + std::to_string(units) + "/cpus:1",
                       units < 8 ? harness::profile::standard : harness::profile::full);
    one.cpus_used = 1;
    one.prediction_factor = 0.8;
    one.run = [&kind, units](harness::measurement& given) { measure_time_slices(kind, units, given); };
    all.add(one);
  }
}

}  // namespace unitcost::measures
