#include "benchmarks/measures/waiting/open_echo.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/measures/waiting/echo_floor.hpp"

namespace unitcost::measures {

namespace {

constexpr char const* clients_clock = "CLOCK_MONOTONIC, read by the clients";

double duration_s(harness::measurement const& given) { return 2 * given.measuring_s(); }

/// "latency_p99_9_ns".
std::string metric_name(std::string_view percentile) {
  std::string name = "latency_p" + std::string(percentile) + "_ns";
  std::ranges::replace(name, '.', '_');
  return name;
}

harness::histogram latency_record(load::latency_histogram const& counted) {
  harness::histogram out{.name = "latency_ns",
                         .label = "from a request's planned time to its answer",
                         .unit = "ns",
                         .samples = counted.samples(),
                         .percentiles = {},
                         .buckets = {},
                         .sub_buckets = load::latency_histogram::sub_buckets};
  for (harness::percentile const& each : harness::told_percentiles)
    if (auto const rank = harness::rank_of(each, counted.samples()))
      out.percentiles.emplace_back(each.text, static_cast<double>(counted.at_rank(*rank)));
  counted.for_each([&out](std::uint64_t least_ns, std::uint64_t count) {
    out.buckets.emplace_back(static_cast<double>(least_ns), count);
  });
  return out;
}

void report_latencies(load::open_loop_log const& log, harness::measurement& given) {
  auto const add = [&](std::string name, std::string label, double value) {
    given.report({.name = std::move(name),
                  .label = std::move(label),
                  .value = value,
                  .unit = "ns",
                  .better = harness::direction::smaller,
                  .samples = log.latency.samples()},
                 clients_clock);
  };
  auto latencies = latency_record(log.latency);
  for (auto const& [percentile, value] : latencies.percentiles)
    add(metric_name(percentile), "p" + percentile + " of latencies, from the planned time", value);
  add("latency_max_ns", "the longest latency, from the planned time", static_cast<double>(log.latency.greatest_ns()));
  given.report(std::move(latencies));
  if (auto const rank = harness::rank_of({"99", 0.99}, log.lag.samples()))
    given.report({.name = "lag_p99_ns",
                  .label = "p99 of what the generator itself sent late",
                  .value = static_cast<double>(log.lag.at_rank(*rank)),
                  .unit = "ns",
                  .better = harness::direction::smaller,
                  .samples = log.lag.samples()},
                 clients_clock);
}

void report_rate(char const* name, char const* label, std::uint64_t requests, std::int64_t within_ns,
                 harness::measurement& given) {
  given.report({.name = name,
                .label = label,
                .value = static_cast<double>(requests) / (static_cast<double>(within_ns) * 1e-9),
                .unit = "1/s",
                .better = harness::direction::greater,
                .samples = requests},
               "counted by the clients");
}

harness::benchmark_case open_case_of(std::string_view model, std::string_view way, std::string const& label,
                                     harness::profile least) {
  auto one = case_of(model, open_echo_info, workloads::echo::name, joined(way, "load:open", label), least);
  one.cpus_used = 2;
  one.prediction_factor = 1.7;
  return one;
}

void measure_generator_ceiling(harness::measurement& given) {
  constexpr double more_per_second = 100'000;
  runtime::shared_object<open_echo_run> run(open_echo_asked, true);
  std::vector<std::int64_t> const all_at_once(static_cast<std::size_t>(more_per_second * duration_s(given)));
  serve_clients(
      *run, given, [&] { send_as_planned(*run, all_at_once, given.patience_ns()); },
      [&](placement const&) { answer_by_hand(*run); });
  load::open_loop_log const& log = run->log;
  if (!all_answered(*run, all_at_once.size(), given)) return;
  report_rate("ceiling_per_second", "the most that the generator and the floor come to", log.latency.samples(),
              log.last_answer_ns, given);
  given.report({.name = "generator_idle_share",
                .label = "the generator's turns in which it had nothing to do",
                .value = static_cast<double>(log.idle_turns) / static_cast<double>(log.turns),
                .unit = "1",
                .better = harness::direction::neither,
                .samples = log.turns},
               "counted by the generator");
}

}  // namespace

std::vector<std::int64_t> planned_for(open_echo_scale const& scale, harness::measurement const& given) {
  auto const& settings = given.settings();
  return load::arrivals_ns({.by = scale.by,
                            .per_second = static_cast<double>(scale.per_second),
                            .seed = settings.seed + settings.repetition},
                           static_cast<std::int64_t>(duration_s(given) * 1e9));
}

void send_as_planned(open_echo_run& run, std::span<std::int64_t const> planned_ns, std::int64_t patience_ns) {
  load::client_sockets clients(run.clients(), run.what, {run.tallies.begin(), run.tallies.end()});
  load::open_loop(clients, planned_ns, run.log).run(patience_ns);
}

bool all_answered(open_echo_run const& run, std::size_t planned, harness::measurement& given) {
  check_echo(run, given);
  given.check(run.log.latency.samples(), planned, 0, 0);
  return planned > 0 && run.log.latency.samples() == planned;
}

void report_open_echo(open_echo_run const& run, std::span<std::int64_t const> planned_ns, harness::measurement& given) {
  if (!all_answered(run, planned_ns.size(), given)) return;
  if (auto const why = load::why_behind(run.log, planned_ns.size()); !why.empty()) throw harness::not_stable(why);
  report_cpu_time(run, given);
  report_rate("requests_per_second", "requests answered", run.log.answered_in_time, planned_ns.back(), given);
  report_latencies(run.log, given);
}

harness::benchmark_case open_echo_case_of(std::string_view model, std::string_view way, open_echo_scale const& scale) {
  char const* const arrivals = scale.by == load::spacing::poisson ? "arrivals:poisson" : "arrivals:constant";
  return open_case_of(
      model, way,
      joined(arrivals, "per_second:" + std::to_string(scale.per_second), workloads::echo::label(scale.asked)),
      scale.least);
}

void add_generator_ceiling_case(harness::registry& all) {
  auto one = open_case_of("floor", {}, joined("arrivals:at_once", workloads::echo::label(open_echo_asked)),
                          harness::profile::standard);
  one.model_file = "benchmarks/measures/waiting/echo_floor.cpp";
  one.skip_reason = why_no_conversation("floor", open_echo_asked.connections, open_echo_asked.connections);
  one.run = measure_generator_ceiling;
  all.add(one);
}

}  // namespace unitcost::measures
