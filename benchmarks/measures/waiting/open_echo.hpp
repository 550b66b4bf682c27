// latency, workload echo, load:open: the same server under requests that come when they are planned. How long do they
// take at which rate, and how many can there be?
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/load/arrivals.hpp"
#include "benchmarks/load/open_loop.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/waiting/echo_service.hpp"
#include "impl/runtime/shared_region.hpp"
#include "workloads/io/echo.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info open_echo_info{
    .name = "latency",
    .question = "How long do requests take that come at a rate, whether the server keeps up or not?",
    .from =
        "the time for which a request was planned (latency); when all units of a thread await their second (CPU time)",
    .to = "the client's reading of the answer's last byte; the first end of a unit of the thread",
    .unit = "ns (latency, CPU time a request), requests a second",
    .method =
        "open loop: requests are planned at a constant rate or as Poisson's process, the same for all models of a "
        "repetition, and dealt out to the connections in turn. A connection has one under way; one that is due "
        "meanwhile waits at its client, and its latency counts from the plan. Percentiles with ten samples beyond, "
        "from a histogram with an error below 0.1 %. Where the generator itself was late by more than 100 us and a "
        "tenth of the latency (p99 both), or was busy throughout and answers came late, the repetition is unstable",
    .source = "CLOCK_MONOTONIC, read by the clients; CLOCK_THREAD_CPUTIME_ID, read by the units",
    .file = "benchmarks/measures/waiting/open_echo.hpp"};

/// One run, in shared memory.
struct open_echo_run : echo_service {
  using echo_service::echo_service;

  load::open_loop_log log;
};

/// What the clients do.
void send_as_planned(open_echo_run& run, std::span<std::int64_t const> planned_ns, std::int64_t patience_ns);

/// Proves that all that was planned was sent and answered, and that both sides saw the same. False: there is nothing to
/// report.
bool all_answered(open_echo_run const& run, std::size_t planned, harness::measurement& given);

/// Reports what has been proved. Throws not_stable where the generator was behind.
void report_open_echo(open_echo_run const& run, std::span<std::int64_t const> planned_ns, harness::measurement& given);

/// At what rate, over how many connections, and who is asked.
struct open_echo_scale {
  workloads::echo::parameters asked;
  load::spacing by;
  std::uint32_t per_second;
  harness::profile least;
};
inline constexpr workloads::echo::parameters open_echo_asked{.connections = 64, .bytes = 64};
inline constexpr open_echo_scale open_echo_scales[] = {
    {open_echo_asked, load::spacing::poisson, 2'000, harness::profile::full},
    {open_echo_asked, load::spacing::poisson, 5'000, harness::profile::full},
    {open_echo_asked, load::spacing::poisson, 10'000, harness::profile::full},
    {open_echo_asked, load::spacing::poisson, 20'000, harness::profile::standard},
    {open_echo_asked, load::spacing::poisson, 40'000, harness::profile::standard},
    {open_echo_asked, load::spacing::poisson, 60'000, harness::profile::full},
    {open_echo_asked, load::spacing::poisson, 80'000, harness::profile::standard},
    {open_echo_asked, load::spacing::poisson, 100'000, harness::profile::full},
    {open_echo_asked, load::spacing::poisson, 120'000, harness::profile::full},
    {open_echo_asked, load::spacing::constant, 10'000, harness::profile::full},
};

/// The same for all models of a repetition. Twice the measuring time: p99 takes a thousand requests.
std::vector<std::int64_t> planned_for(open_echo_scale const& scale, harness::measurement const& given);

/// Serves by `serve(echo_service&, placement)`, on the first of two CPUs; the clients have the second.
template <class Serve>
void measure_open_echo_of(open_echo_scale const& scale, bool non_blocking, harness::measurement& given,
                          Serve const& serve) {
  runtime::shared_object<open_echo_run> run(scale.asked, non_blocking);
  auto const planned_ns = planned_for(scale, given);
  serve_clients(
      *run, given, [&] { send_as_planned(*run, planned_ns, given.patience_ns()); },
      [&](placement const& where) { serve(*run, where); });
  report_open_echo(*run, planned_ns, given);
}

/// Still without its function.
harness::benchmark_case open_echo_case_of(std::string_view model, std::string_view way, open_echo_scale const& scale);

template <class Model>
void add_open_echo_cases(harness::registry& all) {
  for (open_echo_scale const& scale : open_echo_scales) {
    auto one = open_echo_case_of(Model::name, way_of<Model>(), scale);
    one.skip_reason = why_no_conversation<Model>(scale.asked.connections);
    one.least = std::max(one.least, least_of_way<Model>());
    if (!waits_beside_others<Model>())
      one.least = harness::profile::full;  // the closed loop shows what their tasks cost
    hold_short_if_late_peer(one);
    one.run = [](harness::measurement&) {};
    if constexpr (why_none_together<Model>().empty())
      one.run = [scale](harness::measurement& given) {
        measure_open_echo_of(scale, wants_non_blocking<Model>(), given, serve_by_units<Model>);
      };
    all.add(one);
  }
}

/// The most that the generator and the floor's server come to together: rates near it tell of the generator too.
void add_generator_ceiling_case(harness::registry& all);

}  // namespace unitcost::measures
