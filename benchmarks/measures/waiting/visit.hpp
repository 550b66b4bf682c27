// latency, workload visit: a server that takes up connections and serves each by a unit of its own. What does one more
// connection cost it, and how long does a client wait that has to connect first?
//
// Visitors are a process of their own on another CPU. `visits`: they leave when they have been answered, and others
// come. `staying`: they come one after the other and stay, so that the last finds all others there.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/waiting/visit_service.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info visit_info{
    .name = "latency",
    .question = "What does one more connection cost a server of units, and how long does who has to connect wait?",
    .from = "just before a visitor connects (latency); before the server takes up its first (CPU time)",
    .to = "its reading of the last byte of its answer; the server has ended all its units",
    .unit = "ns (latency, CPU time a visit), visits a second",
    .method =
        "closed loop: when one has been answered the next comes. The first comes when the server is about to accept. "
        "CPU time, user and system, is the server's processes', over all visits: starting and ending the server is "
        "part of it",
    .source = "CLOCK_MONOTONIC, read by the visitors; CLOCK_PROCESS_CPUTIME_ID and getrusage(RUSAGE_CHILDREN)",
    .file = "benchmarks/measures/waiting/visit.hpp"};

/// CPU time that this process has used, and those that it has waited for and theirs.
std::int64_t cpu_time_with_children_ns();

/// Nothing where a visitor was lost, as check_visits has told.
void report_visits(visit_service const& service, std::int64_t server_cpu_ns, harness::measurement& given);

/// Serves by `serve(placement, visit_service&)`.
template <class Serve>
void measure_visits_of(workloads::visit::parameters const& asked, bool non_blocking, std::uint32_t ports,
                       harness::measurement& given, Serve const& serve) {
  runtime::shared_object<visit_service> service(asked, non_blocking, ports);
  std::int64_t server_cpu_ns = 0;
  auto const come = [&] {
    load::visitors(service->at.front(), asked, service->log).come(asked.visits, given.patience_ns());
  };
  serve_visitors(*service, given, come, [&](placement const& where) {
    std::int64_t const before_ns = cpu_time_with_children_ns();
    serve(where, *service);
    server_cpu_ns = cpu_time_with_children_ns() - before_ns;  // the visitors' process is not waited for yet
  });
  check_visits(*service, given);
  report_visits(*service, server_cpu_ns, given);
}

/// How many visit, and who is asked.
struct visit_scale {
  workloads::visit::parameters asked;
  harness::profile least;
};
inline constexpr visit_scale visit_scales[] = {
    {{.visits = 2000, .at_once = 16}, harness::profile::standard},
    {{.visits = 1000, .at_once = 1, .stay = true}, harness::profile::full},
    {{.visits = 10'000, .at_once = 64}, harness::profile::full},
};

/// By which acceptors share a port. Empty: all wait at one listener.
inline constexpr std::string_view own_ports = "accept:reuseport";

/// Still without its function.
harness::benchmark_case visit_case_of(std::string_view model, std::string_view way, visit_scale const& scale);

template <class Model>
void add_visit_case(harness::registry& all, visit_scale const& scale, std::string_view way, std::uint32_t ports) {
  auto one = visit_case_of(Model::name, way, scale);
  one.least = std::max(one.least, least_of_way<Model>());
  hold_short_if_late_peer(one);
  one.skip_reason = why_no_service<Model>(together(scale.asked));
  one.run = [](harness::measurement&) {};
  if constexpr (why_none_together<Model>().empty())
    one.run = [asked = scale.asked, ports](harness::measurement& given) {
      measure_visits_of(asked, wants_non_blocking_door<Model>(), ports, given, take_up_all<Model>);
    };
  all.add(one);
}

template <class Model>
void add_visit_cases(harness::registry& all) {
  for (visit_scale const& scale : visit_scales) {
    add_visit_case<Model>(all, scale, way_of<Model>(), 1);
    if constexpr (why_none_together<Model>().empty() && takes_up_by_acceptors<Model>())
      // Who stays keeps its acceptor, and those who come to the same port wait for ever.
      if (!scale.asked.stay) add_visit_case<Model>(all, scale, own_ports, scale.asked.at_once);
  }
}

}  // namespace unitcost::measures
