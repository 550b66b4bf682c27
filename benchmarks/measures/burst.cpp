#include "benchmarks/measures/burst.hpp"

#include <algorithm>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/planned_tasks.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"

namespace unitcost::measures {
namespace {

constexpr char const* counters = "the server's control group: oom_kill and the refusals of pids.max";
constexpr char const* fates = "each request's own times, CLOCK_MONOTONIC";

harness::metric counted(char const* name, char const* label, std::uint64_t value, harness::direction better) {
  return {.name = name, .label = label, .value = static_cast<double>(value), .unit = "1", .better = better};
}

}  // namespace

std::vector<std::int64_t> plan_of_a_burst() {
  constexpr std::int64_t gap_ns = 5'000'000, duration_ns = 350'000'000;
  std::vector<std::int64_t> out(requests_of_a_burst, burst_moment_ns);
  for (std::int64_t when_ns = 0; when_ns < duration_ns; when_ns += gap_ns) out.push_back(when_ns);
  std::ranges::sort(out);
  return out;
}

void check_burst(burst_requests const& requests, server_caps const& caps, server_history const& history,
                 harness::measurement& given) {
  requests.check(history.killed_alone, given);
  // A limit that does not hold is as wrong as a lost request: a unit of the proof.
  std::size_t const held_bytes = requests.most_held() * requests.need().bytes;
  given.check(caps.memory_bytes == 0 || held_bytes <= caps.memory_bytes ? 1 : 0, 1, 0, 0);
}

void report_burst(burst_requests const& requests, server_history const& history, harness::measurement& given) {
  using enum harness::direction;
  std::uint64_t const refused = requests.refused(), refused_tasks = std::min(history.tasks_refused, refused);
  given.report(counted("answered", "requests that were answered", requests.answered(), greater), fates);
  given.report(counted("refused_by_tasks", "requests without a unit: no more tasks allowed", refused_tasks, smaller),
               counters);
  given.report(
      counted("refused_by_memory", "requests without a unit: no memory for it", refused - refused_tasks, smaller),
      fates);
  given.report(counted("lost_with_unit", "requests whose unit alone was killed", requests.vanished(), smaller), fates);
  given.report(counted("lost_with_server", "requests whose server was killed", requests.lost_with_server(), smaller),
               fates);
  given.report(counted("server_deaths", "deaths of the server", history.deaths, smaller), counters);
  given.report(counted("most_held", "requests held at once, at most", requests.most_held(), neither), fates);
  given.report({.name = "outage_ns",
                .label = "from the burst until requests are served again",
                .value = static_cast<double>(requests.outage_ns(burst_moment_ns)),
                .unit = "ns",
                .better = smaller},
               fates);
  report_percentiles("answer", "times to an answer, from the planned time", requests.answer_times_ns(), given);
}

void add_burst(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_burst_cases<Model>(all); });
}

}  // namespace unitcost::measures
