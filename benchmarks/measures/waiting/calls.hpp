// calls: system calls and context switches that a request takes of a server, counted by the kernel.
//
// The same server as in latency's echo, under the same clients, twice: for a short time and for a longer one. What
// starting and ending takes is the same in both, so the difference is that of the requests alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/machine/event_counter.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/waiting/conversing_units.hpp"
#include "benchmarks/measures/waiting/echo.hpp"
#include "impl/runtime/shared_region.hpp"
#include "workloads/io/echo.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info calls_info{
    .name = "calls",
    .question = "How many system calls and context switches does a request take of a server of units?",
    .from = "the server starts, in the shorter of two runs",
    .to = "the server has ended, in the longer one: of both, what the longer has more",
    .unit = "per request",
    .method =
        "the difference of the two counts over the difference of the requests answered; a closed loop of 64 "
        "connections. Counting makes each call dearer: nothing is timed",
    .source = "perf_event_open: raw_syscalls:sys_enter and context switches of the server's threads and processes",
    .file = "benchmarks/measures/waiting/calls.hpp",
    .timed = false};

/// What a server did.
struct counted_run {
  std::int64_t requests = 0;
  std::int64_t system_calls = 0;
  std::int64_t context_switches = 0;
};

/// What the longer run has more. Throws not_stable where it answered no more.
counted_run of_requests_alone(counted_run const& longer, counted_run const& shorter);

void report_calls(counted_run const& of_requests, harness::measurement& given);

/// Serves by `serve(echo_service&, placement)`.
template <class Serve>
counted_run count_for(workloads::echo::parameters const& asked, bool non_blocking, std::int64_t duration_ns,
                      harness::measurement& given, Serve const& serve) {
  runtime::shared_object<echo_run> run(asked, non_blocking);
  counted_run counted;
  auto const clients = [&] {
    load::closed_loop(run->clients(), asked, run->log).run(duration_ns, given.patience_ns());
  };
  serve_clients(*run, given, clients, [&](placement const& where) {
    harness::event_counter const calls(harness::kernel_event::system_call);
    harness::event_counter const switches(harness::kernel_event::context_switch);
    serve(*run, where);
    counted.system_calls = static_cast<std::int64_t>(calls.value());
    counted.context_switches = static_cast<std::int64_t>(switches.value());
  });
  check_echo(*run, given);
  for (load::client_tally const& each : run->tallies) counted.requests += static_cast<std::int64_t>(each.requests);
  return counted;
}

/// As count_for. Throws not_supported where nothing can be counted.
template <class Serve>
counted_run count_calls(workloads::echo::parameters const& asked, bool non_blocking, harness::measurement& given,
                        Serve const& serve) {
  if (auto const why = harness::event_counter::why_not(); !why.empty()) throw not_supported(why);
  auto const measuring_ns = given.measuring_s() * 1e9;
  counted_run const shorter =
      count_for(asked, non_blocking, static_cast<std::int64_t>(0.1 * measuring_ns), given, serve);
  counted_run const longer =
      count_for(asked, non_blocking, static_cast<std::int64_t>(0.5 * measuring_ns), given, serve);
  return of_requests_alone(longer, shorter);
}

/// Still without its function.
harness::benchmark_case calls_case_of(std::string_view model, std::string_view way,
                                      workloads::echo::parameters const& asked);

inline constexpr workloads::echo::parameters calls_asked{.connections = 64, .bytes = 64};

template <class Model>
void add_calls_case(harness::registry& all) {
  auto one = calls_case_of(Model::name, way_of<Model>(), calls_asked);
  one.least = std::max(one.least, least_of_way<Model>());
  hold_short_if_late_peer(one);
  one.skip_reason = why_no_conversation<Model>(calls_asked.connections);
  one.run = [](harness::measurement&) {};
  if constexpr (why_none_together<Model>().empty())
    one.run = [](harness::measurement& given) {
      report_calls(count_calls(calls_asked, wants_non_blocking<Model>(), given, serve_by_units<Model>), given);
    };
  all.add(one);
}

}  // namespace unitcost::measures
