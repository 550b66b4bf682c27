#include "benchmarks/measures/echo.hpp"

#include <algorithm>
#include <stdexcept>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/echo_floor.hpp"
#include "impl/all.hpp"
#include "impl/runtime/kernel_limits.hpp"

namespace unitcost::measures {

using workloads::echo, workloads::mixed;

namespace {

// More than loopback answers in the longest measuring time; touched as far as they are needed.
constexpr std::size_t most_timed_rounds = 4'000'000;

void check_echo(echo_run const& run, harness::measurement& given) {
  outcome done;
  outcome expected{run.what.connections, 0};
  for (std::uint32_t index = 0; index < run.what.connections; ++index) {
    load::client_tally const& client = run.tallies[index];
    workloads::exchanged const& part = run.units[index].done;
    bool const agree = part == echo::oracle(run.what, client.requests, client.checksum);
    if (agree && client.requests > 0 && client.wrong_answers == 0 && client.lost == 0) ++done.units;
    done.checksum += part.checksum;
    expected.checksum += client.checksum;
  }
  given.check(done.units, expected.units, done.checksum, expected.checksum);
}

void report_clients(load::client_log const& log, harness::measurement& given) {
  std::vector<double> const latencies(log.round_ns.begin(),
                                      log.round_ns.begin() + static_cast<std::ptrdiff_t>(log.rounds_timed));
  given.report({.name = "requests_per_second",
                .label = "requests answered",
                .value = static_cast<double>(log.steady_answers) /
                         (static_cast<double>(log.steady_until_ns - log.steady_from_ns) * 1e-9),
                .unit = "1/s",
                .better = harness::direction::greater,
                .samples = log.steady_answers},
               "counted by the clients");
  given.report({.name = "latency_ns",
                .label = "from a message to its answer",
                .value = harness::median(latencies),
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = log.rounds_timed},
               "CLOCK_MONOTONIC, read by the clients");
  given.report(harness::histogram_of(latencies, "latency_ns", "from a message to its answer", "ns"));
}

}  // namespace

echo_run::echo_run(echo::parameters const& asked, bool non_blocking)
    : what(asked), units(asked.connections), tallies(asked.connections), round_ns(most_timed_rounds) {
  runtime::raise_descriptor_limit();
  connections = load::connect_loopback(what.connections);
  for (load::connection const& each : connections) {
    load::make_non_blocking(each.client.get());
    if (non_blocking) load::make_non_blocking(each.server.get());
  }
  log = {.tallies = {tallies.begin(), tallies.end()}, .round_ns = {round_ns.begin(), round_ns.end()}};
}

std::vector<load::closed_loop_client> echo_run::clients() const {
  std::vector<load::closed_loop_client> all;
  for (std::uint32_t index = 0; index < what.connections; ++index)
    all.push_back({connections[index].client.get(), echo::first_round_of(index)});
  return all;
}

echo_clients::echo_clients(echo_run& run, std::vector<int> const& cpus, std::int64_t duration_ns) {
  process_.spawn([&, asked = run.what] {
    runtime::confine_to(cpus);
    for (load::connection& each : run.connections) each.server.reset();
    load::closed_loop(run.clients(), asked, run.log).run(duration_ns);
  });
  for (load::connection& each : run.connections) each.client.reset();
}

void report_echo(echo_run const& run, harness::measurement& given) {
  check_echo(run, given);
  serving_window threads;
  for (answerer const& each : run.units)
    if (each.done.rounds >= 2) threads.add(each.served);
  served const sum = threads.sum();
  if (sum.rounds == 0 || run.log.steady_answers == 0 || run.log.rounds_timed == 0)
    throw std::runtime_error("no client was answered twice in the time there was; a larger profile gives more");
  given.report({.name = "cpu_ns_per_request",
                .label = "the server's CPU time for a request",
                .value = static_cast<double>(sum.cpu_ns) / static_cast<double>(sum.rounds),
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = sum.rounds},
               "CLOCK_THREAD_CPUTIME_ID of the server's threads");
  report_clients(run.log, given);
}

void report_computing(std::uint32_t steps, harness::measurement& given) {
  if (steps == 0) return;
  constexpr double minimum_s = 0.005;
  auto const timed = given.mean_of(minimum_s, [steps](std::uint64_t times) {
    std::uint64_t volatile value = 1;  // so that none is left out
    std::int64_t const from_ns = runtime::now_ns();
    for (std::uint64_t time = 0; time < times; ++time) value = workloads::compute(value, steps);
    return runtime::now_ns() - from_ns;
  });
  given.report({.name = "computing_ns",
                .label = "computing for one message",
                .value = timed.ns_per_iteration,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = timed.iterations},
               "CLOCK_MONOTONIC, alone on the server's CPU");
}

harness::benchmark_case echo_case_of(std::string_view model, std::string_view way, echo_scale const& scale) {
  bool const computes = scale.asked.computing_steps > 0;
  auto one =
      case_of(model, echo_info, computes ? mixed::name : echo::name,
              joined(way, "load:closed", computes ? mixed::label(scale.asked) : echo::label(scale.asked)), scale.least);
  one.cpus_used = 2;
  return one;
}

void add_echo(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_echo_cases<Model>(all); });
  add_echo_cases<models::stackless_over_io_uring>(all);
  add_echo_floor_cases(all);
}

}  // namespace unitcost::measures
