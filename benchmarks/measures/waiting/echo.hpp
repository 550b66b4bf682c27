// latency, workloads echo and mixed: a server of units under a closed loop of clients. What does a request cost, how
// many are served, and how long do clients wait?
//
// All connections are made before. Each is one unit's, which answers until its client closes. The clients are a process
// of their own, on another CPU unless the case says `layout:shared`. All units are on one worker.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/load/closed_loop.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/waiting/echo_service.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"
#include "workloads/io/echo.hpp"
#include "workloads/io/mixed.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info echo_info{
    .name = "latency",
    .question = "What does a request cost a server whose units wait for their clients, and how long do those wait?",
    .from = "a client's write of its message (latency); when all units of a thread await their second (CPU time)",
    .to = "the client's reading of the last byte that came back; the first end of a unit of the thread",
    .unit = "ns (latency, CPU time a request), requests a second",
    .method =
        "closed loop: each client has one message under way; so a slow answer delays the next request, and the "
        "latencies are those of clients that wait, not of arrivals at a rate. The first answer of each client is left "
        "out. CPU time, user and system, is that of the threads that serve, over the requests within; digesting each "
        "message, which proves the work, is part of it. Of mixed, what the computing takes is timed alone, on the "
        "server's CPU, when the clients have gone",
    .source = "CLOCK_MONOTONIC, read by the clients; CLOCK_THREAD_CPUTIME_ID, read by the units",
    .file = "benchmarks/measures/waiting/echo.hpp"};

/// Room for more answers than loopback gives in the longest measuring time; touched as far as they are needed.
inline constexpr std::size_t most_timed_rounds = 4'000'000;

/// One run, in shared memory.
struct echo_run : echo_service {
  echo_run(workloads::echo::parameters const& asked, bool non_blocking);

  runtime::shared_array<std::int64_t> round_ns;
  load::client_log log;
};

/// Times the computing for one message alone, and reports it; nothing where there is none.
void report_computing(std::uint32_t steps, harness::measurement& given);

/// Throws not_stable where no client was answered twice, or too few answers were timed.
void require_enough_answers(load::client_log const& log);

/// Requests a second, and how long they took.
void report_clients(load::client_log const& log, harness::measurement& given);

/// Proves that server and clients saw the same messages, and reports. Throws not_stable where no client was answered
/// twice, or too few answers were timed.
void report_echo(echo_run const& run, harness::measurement& given);

/// Serves by `serve(echo_service&, placement)`.
template <class Serve>
void measure_echo_of(workloads::echo::parameters const& asked, bool non_blocking, harness::measurement& given,
                     Serve const& serve, cpu_layout layout = cpu_layout::apart) {
  runtime::shared_object<echo_run> run(asked, non_blocking);
  auto const clients = [&] {
    load::closed_loop(run->clients(), asked, run->log)
        .run(static_cast<std::int64_t>(given.measuring_s() * 1e9), given.patience_ns());
  };
  serve_clients(
      *run, given, clients, [&](placement const& where) { serve(*run, where); }, layout);
  report_echo(*run, given);
  report_computing(asked.computing_steps, given);
}

/// How many connections with messages of what size and how much computing, and who is asked.
struct echo_scale {
  workloads::echo::parameters asked;
  harness::profile least;
  cpu_layout layout = cpu_layout::apart;
};
inline constexpr echo_scale echo_scales[] = {
    {{.connections = 64, .bytes = 64}, harness::profile::quick},
    {{.connections = 64, .bytes = 64}, harness::profile::full, cpu_layout::shared},
    {{.connections = 64, .bytes = 16 * 1024}, harness::profile::full},
    {{.connections = 1000, .bytes = 64}, harness::profile::full},
    // Some 1 us to 1 ms: from where waiting costs most to where computing does.
    {{.computing_steps = 1'000}, harness::profile::full},
    {{.computing_steps = 10'000}, harness::profile::standard},
    {{.computing_steps = 100'000}, harness::profile::standard},
    {{.computing_steps = 1'000'000}, harness::profile::full},
};

/// Still without its function.
harness::benchmark_case echo_case_of(std::string_view model, std::string_view way, echo_scale const& scale);

template <class Model>
void add_echo_cases(harness::registry& all) {
  for (echo_scale const& scale : echo_scales) {
    auto one = echo_case_of(Model::name, way_of<Model>(), scale);
    one.skip_reason = why_no_conversation<Model>(scale.asked.connections);
    one.least = std::max(one.least, least_of_way<Model>());
    if (!one.skip_reason.empty()) one.least = std::max(one.least, harness::profile::standard);
    one.run = [](harness::measurement&) {};
    if constexpr (why_none_together<Model>().empty())
      one.run = [scale](harness::measurement& given) {
        measure_echo_of(scale.asked, wants_non_blocking<Model>(), given, serve_by_units<Model>, scale.layout);
      };
    all.add(one);
  }
}

}  // namespace unitcost::measures
