#include "benchmarks/measures/waiting/burst.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/waiting/pile_up.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"

namespace unitcost::measures {
namespace {

constexpr char const* counters = "the server's control group: oom_kill and the refusals of pids.max";
constexpr char const* fates = "each request's own times, CLOCK_MONOTONIC";

/// "149 requests were refused by EAGAIN (Resource temporarily unavailable)".
void note_refusals(burst_requests const& requests, harness::measurement& given) {
  for (auto const& [error, count] : requests.refusals())
    given.note(error == 0 ? fmt::format("{} requests were refused by the model itself", count)
                          : fmt::format("{} requests were refused by {} ({})", count, ::strerrorname_np(error),
                                        std::strerror(error)));
}

}  // namespace

std::vector<std::int64_t> planned_burst(burst_plan const& plan) {
  std::vector<std::int64_t> out(plan.requests, plan.moment_ns);
  for (std::int64_t when_ns = 0; when_ns < plan.duration_ns; when_ns += plan.gap_ns) out.push_back(when_ns);
  std::ranges::sort(out);
  return out;
}

std::vector<std::int64_t> plan_of_a_burst() {
  return planned_burst(
      {.requests = requests_of_a_burst, .moment_ns = burst_moment_ns, .gap_ns = 5'000'000, .duration_ns = 350'000'000});
}

void check_burst(burst_requests const& requests, server_caps const& caps, bool by_tasks, server_history const& history,
                 harness::measurement& given) {
  requests.check(history.killed_alone, given);
  // A limit that does not hold is as wrong as a lost request: a unit of the proof each.
  std::size_t const held = requests.most_held();
  given.check(caps.memory_bytes == 0 || held * requests.need().bytes <= caps.memory_bytes ? 1 : 0, 1, 0, 0);
  given.check(caps.tasks == 0 || !by_tasks || held <= caps.tasks ? 1 : 0, 1, 0, 0);
}

void report_fates(burst_requests const& requests, server_history const& history, std::int64_t in_time_ns,
                  harness::measurement& given) {
  using enum harness::direction;
  std::uint64_t const refused = requests.refused(), refused_tasks = std::min(history.tasks_refused, refused);
  auto const tell = [&](char const* name, std::string label, std::uint64_t count, harness::direction better,
                        char const* source) {
    given.report(
        {.name = name, .label = std::move(label), .value = static_cast<double>(count), .unit = "1", .better = better},
        source);
  };
  tell("answered", "requests that were answered", requests.answered(), greater, fates);
  tell("answered_in_time",
       fmt::format("requests that were answered within {:g} s of their planned time",
                   static_cast<double>(in_time_ns) * 1e-9),
       requests.answered_within(in_time_ns), greater, fates);
  tell("refused_by_tasks", "requests without a unit: no more tasks allowed", refused_tasks, smaller, counters);
  tell("refused_otherwise", "requests without a unit for another reason", refused - refused_tasks, smaller, fates);
  tell("lost_with_unit", "requests whose unit alone was killed", requests.lost_with_unit(), smaller, fates);
  tell("lost_with_server", "requests whose server was killed", requests.lost_with_server(), smaller, fates);
  tell("server_deaths", "deaths of the server", history.deaths, smaller, counters);
  tell("most_held", "requests held at once, at most", requests.most_held(), neither, fates);
  note_refusals(requests, given);
}

void report_burst(burst_requests const& requests, server_history const& history, harness::measurement& given) {
  report_fates(requests, history, 2 * burst_need.wait_ns, given);
  auto const tell_time = [&](char const* name, char const* label, std::int64_t time_ns) {
    given.report({.name = name, .label = label, .value = static_cast<double>(time_ns), .unit = "ns"}, fates);
  };
  tell_time("failing_ns", "from the burst to the last request that failed", requests.failing_ns(burst_moment_ns));
  tell_time("outage_ns", "from the burst until a server serves again that had died",
            requests.outage_ns(burst_moment_ns));
}

void add_burst(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_burst_cases<Model>(all); });
  for_each_model(all_models{}, [&]<class Model>() { add_pile_up_cases<Model>(all); });
}

}  // namespace unitcost::measures
