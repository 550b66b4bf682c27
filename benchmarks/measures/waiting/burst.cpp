#include "benchmarks/measures/waiting/burst.hpp"

#include <algorithm>

#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"

namespace unitcost::measures {
namespace {

constexpr char const* counters = "the server's control group: oom_kill and the refusals of pids.max";
constexpr char const* fates = "each request's own times, CLOCK_MONOTONIC";

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
  auto const tell = [&](char const* name, char const* label, std::uint64_t count, harness::direction better,
                        char const* source) {
    given.report({.name = name, .label = label, .value = static_cast<double>(count), .unit = "1", .better = better},
                 source);
  };
  tell("answered", "requests that were answered", requests.answered(), greater, fates);
  tell("answered_in_time", "requests that were answered within 0.1 s of their planned time",
       requests.answered_within(2 * burst_need.wait_ns), greater, fates);
  tell("refused_by_tasks", "requests without a unit: no more tasks allowed", refused_tasks, smaller, counters);
  tell("refused_otherwise", "requests without a unit for another reason", refused - refused_tasks, smaller, fates);
  tell("lost_with_unit", "requests whose unit alone was killed", requests.lost_with_unit(), smaller, fates);
  tell("lost_with_server", "requests whose server was killed", requests.lost_with_server(), smaller, fates);
  tell("server_deaths", "deaths of the server", history.deaths, smaller, counters);
  tell("most_held", "requests held at once, at most", requests.most_held(), neither, fates);
  auto const tell_time = [&](char const* name, char const* label, std::int64_t time_ns) {
    given.report({.name = name, .label = label, .value = static_cast<double>(time_ns), .unit = "ns", .better = smaller},
                 fates);
  };
  tell_time("failing_ns", "from the burst to the last request that failed", requests.failing_ns(burst_moment_ns));
  tell_time("outage_ns", "from the burst until a server serves again that had died",
            requests.outage_ns(burst_moment_ns));
}

void add_burst(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_burst_cases<Model>(all); });
}

}  // namespace unitcost::measures
