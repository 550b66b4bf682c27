#include "benchmarks/measures/waiting/echo.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/contenders/contender_echo.hpp"
#include "benchmarks/measures/waiting/echo_floor.hpp"
#include "benchmarks/measures/waiting/open_echo.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "impl/ways.hpp"

namespace unitcost::measures {

using workloads::echo, workloads::mixed;

namespace {

// A server may hand over many answers in one go. When the time begins that counts, it has then worked on up to one
// request of each connection whose answer counts and whose work does not: a tenth at most, and seldom that.
constexpr std::uint64_t fewest_answers_each = 10;

}  // namespace

echo_run::echo_run(echo::parameters const& asked, bool non_blocking)
    : echo_service(asked, non_blocking),
      round_ns(most_timed_rounds),
      log{.tallies = {tallies.begin(), tallies.end()}, .round_ns = {round_ns.begin(), round_ns.end()}} {}

void require_enough_answers(load::client_log const& log) {
  if (log.steady_answers == 0 || log.rounds_timed == 0)
    throw harness::not_stable("no client was answered twice in the time there was; a larger profile gives more");
  if (std::uint64_t const fewest = fewest_answers_each * log.tallies.size(); log.steady_answers < fewest)
    throw harness::not_stable("only " + std::to_string(log.steady_answers) + " answers were timed, and " +
                              std::to_string(fewest) + " are the fewest for " + std::to_string(log.tallies.size()) +
                              " connections; a larger profile gives more");
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

void report_echo(echo_run const& run, harness::measurement& given) {
  check_echo(run, given);
  require_enough_answers(run.log);
  report_cpu_time(run, given);
  report_clients(run.log, given);
}

void report_computing(std::uint32_t steps, harness::measurement& given) {
  if (steps == 0) return;
  constexpr double minimum_s = 0.005;
  auto const timed = given.time_loop(minimum_s, [steps](std::uint64_t times) {
    std::uint64_t volatile value = 1;  // so that none is left out
    std::int64_t const from_ns = runtime::now_ns();
    for (std::uint64_t time = 0; time < times; ++time) value = workloads::compute(value, steps);
    return runtime::now_ns() - from_ns;
  });
  given.report({.name = "computing_ns",
                .label = "computing for one message",
                .value = timed.ns_per_iteration,
                .unit = "ns",
                .better = harness::direction::neither,
                .samples = timed.iterations},
               "CLOCK_MONOTONIC, alone on the server's CPU");
}

harness::benchmark_case echo_case_of(std::string_view model, std::string_view way, echo_scale const& scale) {
  bool const computes = scale.asked.computing_steps > 0;
  bool const shares = scale.layout == cpu_layout::shared;
  auto one = case_of(model, echo_info, computes ? mixed::name : echo::name,
                     joined(way, "load:closed", shares ? "layout:shared" : "",
                            computes ? mixed::label(scale.asked) : echo::label(scale.asked)),
                     scale.least);
  one.cpus_used = shares ? 1 : 2;
  return one;
}

void add_echo(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() {
    add_echo_cases<Model>(all);
    add_open_echo_cases<Model>(all);
  });
  for_each_model(all_ways{}, [&]<class Model>() {
    add_echo_cases<Model>(all);
    add_open_echo_cases<Model>(all);
  });
  add_echo_floor_cases(all);
  add_contender_echo(all);
  add_generator_ceiling_case(all);
}

}  // namespace unitcost::measures
