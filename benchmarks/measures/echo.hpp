// latency, workloads echo and mixed: a server of units under a closed loop of clients. What does a request cost, how
// many are served, and how long do clients wait?
//
// All connections are made before. Each is one unit's, which answers until its client closes. The clients are a process
// of their own on another CPU. All units are on one worker.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/load/closed_loop.hpp"
#include "benchmarks/load/loopback.hpp"
#include "benchmarks/measures/conversing_units.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/serving_window.hpp"
#include "benchmarks/measures/together.hpp"
#include "impl/model.hpp"
#include "impl/process/child_group.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"
#include "workloads/io/echo.hpp"
#include "workloads/io/mixed.hpp"
#include "workloads/workload.hpp"

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
    .file = "benchmarks/measures/echo.hpp"};

/// What one unit leaves behind.
struct answerer {
  workloads::exchanged done;
  serving_span served;
};

/// One run, in shared memory.
struct echo_run {
  /// Throws limit_reached where there are not enough descriptors.
  echo_run(workloads::echo::parameters const& asked, bool non_blocking);

  auto opener_for(unsigned connection) const {
    return [socket = connections[connection].server.get()] { return socket_streams(socket); };
  }
  workloads::conversation part_of(unsigned connection) const { return workloads::echo::part_of(connection, what); }
  serving_observer observer_for(unsigned connection) const {
    return {&units[connection].served, workloads::echo::first_round_of(connection) + 1};
  }
  std::vector<load::closed_loop_client> clients() const;

  workloads::echo::parameters what;
  std::vector<load::connection> connections;
  runtime::shared_array<answerer> units;
  runtime::shared_array<load::client_tally> tallies;
  runtime::shared_array<std::int64_t> round_ns;
  load::client_log log;
};

/// Times the computing for one message alone, and reports it; nothing where there is none.
void report_computing(std::uint32_t steps, harness::measurement& given);

/// Proves that server and clients saw the same messages, and reports. Throws where no client was answered twice.
void report_echo(echo_run const& run, harness::measurement& given);

/// The clients, forked before the server's first unit: they end by themselves, or with this object.
class echo_clients {
 public:
  /// On `cpus`, for `duration_ns`. What is the clients' end of each connection is theirs alone from here on.
  echo_clients(echo_run& run, std::vector<int> const& cpus, std::int64_t duration_ns);
  /// Throws unit_crashed if they did not end well.
  void join() { process_.reap_all(); }

 private:
  processes::child_group process_{1};
};

/// Serves by `serve(echo_run&, placement)`, on the first of two CPUs; the clients have the second.
template <class Serve>
void measure_echo_of(workloads::echo::parameters const& asked, bool non_blocking, harness::measurement& given,
                     Serve const& serve) {
  std::vector<int> const cpus = given.first_cpus(2);
  load::ignore_broken_connections();
  runtime::shared_object<echo_run> run(asked, non_blocking);
  echo_clients clients(*run, {cpus[1]}, static_cast<std::int64_t>(given.measuring_s() * 1e9));
  runtime::confine_to({cpus[0]});
  serve(*run, placement{.workers = 1, .cpus = {cpus[0]}});
  clients.join();
  report_echo(*run, given);
  report_computing(asked.computing_steps, given);
}

template <class Model>
void measure_echo(workloads::echo::parameters const& asked, harness::measurement& given) {
  measure_echo_of(asked, wants_non_blocking<Model>(), given,
                  [](echo_run& run, placement const& where) { converse_all<Model>(where, run.what.connections, run); });
}

/// How many connections with messages of what size and how much computing, and who is asked.
struct echo_scale {
  workloads::echo::parameters asked;
  harness::profile least;
};
inline constexpr echo_scale echo_scales[] = {
    {{.connections = 64, .bytes = 64}, harness::profile::quick},
    {{.connections = 64, .bytes = 16 * 1024}, harness::profile::full},
    {{.connections = 1000, .bytes = 64}, harness::profile::full},
    // Some 1 us, 10 us, 0.1 ms and 1 ms: from where waiting costs most to where computing does.
    {{.computing_steps = 1'000}, harness::profile::standard},
    {{.computing_steps = 10'000}, harness::profile::standard},
    {{.computing_steps = 100'000}, harness::profile::standard},
    {{.computing_steps = 1'000'000}, harness::profile::standard},
};

/// Still without its function.
harness::benchmark_case echo_case_of(std::string_view model, std::string_view way, echo_scale const& scale);

template <class Model>
void add_echo_cases(harness::registry& all) {
  for (echo_scale const& scale : echo_scales) {
    auto one = echo_case_of(Model::name, way_of<Model>(), scale);
    one.skip_reason = why_no_conversation<Model>(scale.asked.connections);
    if (!waits_beside_others<Model>() || !way_of<Model>().empty() || !one.skip_reason.empty())
      one.least = std::max(one.least, harness::profile::standard);
    one.run = [](harness::measurement&) {};
    if constexpr (why_no_graph<Model>().empty())
      one.run = [asked = scale.asked](harness::measurement& given) { measure_echo<Model>(asked, given); };
    all.add(one);
  }
}

}  // namespace unitcost::measures
