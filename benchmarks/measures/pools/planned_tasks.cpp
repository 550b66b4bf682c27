#include "benchmarks/measures/pools/planned_tasks.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "benchmarks/harness/records/percentiles.hpp"
#include "workloads/cpu/grain.hpp"

namespace unitcost::measures {

void planned_task::operator()() const {
  times->begun_ns = runtime::now_ns();
  times->result += workloads::grain::kernel(seed, work.iterations);
  if (work.wait_ns > 0) runtime::sleep_until(runtime::now_ns() + work.wait_ns);
  ++times->runs;
  times->ended_ns = runtime::now_ns();
}

planned_tasks::planned_tasks(std::vector<std::int64_t> planned_ns, task_work work)
    : planned_tasks(planned_ns, std::vector(planned_ns.size(), work)) {}

planned_tasks::planned_tasks(std::vector<std::int64_t> planned_ns, std::vector<task_work> work)
    : planned_ns_(std::move(planned_ns)),
      called_ns_(planned_ns_.size()),
      given_ns_(planned_ns_.size()),
      work_(std::move(work)),
      times_(planned_ns_.size()) {}

std::int64_t planned_tasks::last_end_ns() const { return std::ranges::max(times_, {}, &task_times::ended_ns).ended_ns; }

std::vector<double> planned_tasks::since_planned(std::int64_t task_times::*moment) const {
  std::vector<double> out;
  out.reserve(size());
  for (std::size_t index = 0; index < size(); ++index)
    out.push_back(static_cast<double>(times_[index].*moment - begun_ns_ - planned_ns_[index]));
  return out;
}

std::vector<double> planned_tasks::waits_ns() const { return since_planned(&task_times::begun_ns); }

std::vector<double> planned_tasks::responses_ns() const { return since_planned(&task_times::ended_ns); }

std::vector<double> planned_tasks::giving_ns() const {
  std::vector<double> out;
  for (std::size_t index = 0; index < size(); ++index)
    out.push_back(static_cast<double>(given_ns_[index] - called_ns_[index]));
  return out;
}

std::vector<double> planned_tasks::given_waits_ns() const {
  std::vector<double> out;
  for (std::size_t index = 0; index < size(); ++index)
    out.push_back(static_cast<double>(times_[index].begun_ns - called_ns_[index]));
  return out;
}

double planned_tasks::overtaken_share() const {
  std::size_t overtaken = 0;
  std::int64_t earliest_of_later_ns = std::numeric_limits<std::int64_t>::max();
  for (std::size_t index = size(); index-- > 0;) {
    if (times_[index].begun_ns > earliest_of_later_ns) ++overtaken;
    earliest_of_later_ns = std::min(earliest_of_later_ns, times_[index].begun_ns);
  }
  return static_cast<double>(overtaken) / static_cast<double>(size());
}

std::size_t planned_tasks::most_waiting() const {
  std::vector<std::int64_t> begun_ns;
  for (task_times const& each : times_) begun_ns.push_back(each.begun_ns);
  std::ranges::sort(begun_ns);
  std::size_t most = 0;
  for (std::size_t index = 0; index < size(); ++index) {
    auto const begun =
        static_cast<std::size_t>(std::ranges::upper_bound(begun_ns, given_ns_[index]) - begun_ns.begin());
    if (index + 1 > begun) most = std::max(most, index + 1 - begun);
  }
  return most;
}

void planned_tasks::check(harness::measurement& given) const {
  std::uint64_t runs = 0, checksum = 0, expected = 0;
  for (std::size_t index = 0; index < size(); ++index) {
    runs += times_[index].runs;
    // Mixed by place, or two tasks that ran each other's work would not show.
    checksum += (index + 1) * times_[index].result;
    expected += (index + 1) * workloads::grain::kernel(index + 1, work_[index].iterations);
  }
  given.check(runs, size(), checksum, expected);
}

void report_percentiles(std::string const& name, std::string const& label, std::vector<double> samples,
                        harness::measurement& given) {
  std::string const source = "CLOCK_MONOTONIC";
  auto const add = [&](std::string const& which, std::string said, double value) {
    given.report({.name = name + "_" + which + "_ns",
                  .label = std::move(said),
                  .value = value,
                  .unit = "ns",
                  .better = harness::direction::smaller,
                  .samples = samples.size()},
                 source);
  };
  auto distribution = harness::histogram_of(samples, name + "_ns", label, "ns");
  for (auto const& [percentile, value] : distribution.percentiles) {
    std::string which = "p" + percentile;
    std::ranges::replace(which, '.', '_');
    add(which, "p" + percentile + " of " + label, value);
  }
  add("max", "the longest of " + label, std::ranges::max(samples));
  given.report(std::move(distribution));
}

}  // namespace unitcost::measures
