// footprint, workload connection: bytes of memory that one more connection takes, its unit included.
//
// Clients come one after the other, are answered once and stay; after each fifth of them, when all units wait for their
// clients' next message, the account is read. What the clients' side takes is charged to a control group of its own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/machine/peer_group.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/units/footprint.hpp"
#include "benchmarks/measures/waiting/visit_service.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info connection_footprint_info{
    .name = "footprint",
    .question = "How much memory does one more connection take, its unit included, and of which kind?",
    .from = "a fifth of the connections have been answered once, and their units wait for more",
    .to = "all have",
    .unit = "bytes per connection, in columns: user, kernel, socket buffers, total",
    .method =
        "least-squares slope over five numbers of connections in one process; none ends between two readings; the "
        "server's end alone, unless the source says otherwise",
    .source =
        "the repetition's own memory cgroup, the clients' apart; or where there is none the machine-wide account, with "
        "both ends",
    .file = "benchmarks/measures/waiting/connection_footprint.hpp",
    .timed = false};

/// The columns as metrics with their fits, and the readings as a curve; of this side alone where `peers` is apart.
void report_connection_footprint(std::vector<footprint_reading> const& readings, harness::peer_group const& peers,
                                 harness::measurement& given);

/// The clients, who read the account of the server's group between two steps.
void come_in_steps(visit_service& service, std::int64_t patience_ns, harness::peer_group const& clients,
                   std::span<footprint_reading> readings);

/// Serves by `serve(placement, visit_service&)`.
template <class Serve>
std::vector<footprint_reading> read_connections(workloads::visit::parameters const& asked, bool non_blocking,
                                                harness::peer_group const& clients, harness::measurement& given,
                                                Serve const& serve) {
  runtime::shared_object<visit_service> service(asked, non_blocking);
  runtime::shared_array<footprint_reading> readings(footprint_steps(asked.visits, 0).size());
  serve_visitors(
      *service, given,
      [&] {
        come_in_steps(*service, given.patience_ns(), clients, {readings.begin(), readings.end()});
      },
      [&](placement const& where) { serve(where, *service); });
  check_visits(*service, given);
  return {readings.begin(), readings.end()};
}

template <class Serve>
void measure_connection_footprint_of(workloads::visit::parameters const& asked, bool non_blocking,
                                     harness::measurement& given, Serve const& serve) {
  harness::peer_group const clients;
  report_connection_footprint(read_connections(asked, non_blocking, clients, given, serve), clients, given);
}

/// Still without its function.
harness::benchmark_case connection_footprint_case_of(std::string_view model, std::string_view way,
                                                     workloads::visit::parameters const& asked, harness::profile least);

struct connection_scale {
  workloads::visit::parameters asked;
  harness::profile least;
};
inline constexpr connection_scale connection_scales[] = {
    {{.visits = 1000, .at_once = 1, .stay = true}, harness::profile::standard},
    {{.visits = 9000, .at_once = 1, .stay = true}, harness::profile::full},
};

/// Why Model has no slope over connections; empty where it has.
template <class Model>
std::string why_no_footprint(std::uint32_t connections) {
  if constexpr (why_none_together<Model>().empty() && takes_up_by_acceptors<Model>())
    return std::string(Model::name) +
           " forks all its acceptors beforehand: footprint/process_pool/idle has what each takes";
  else
    return why_no_service<Model>(connections);
}

template <class Model>
void add_connection_footprint_cases(harness::registry& all) {
  for (connection_scale const& scale : connection_scales) {
    auto one = connection_footprint_case_of(Model::name, way_of<Model>(), scale.asked, scale.least);
    one.least = std::max(one.least, least_of_way<Model>());
    hold_short_if_late_peer(one);
    one.skip_reason = why_no_footprint<Model>(scale.asked.visits);
    one.run = [](harness::measurement&) {};
    if constexpr (why_none_together<Model>().empty())
      one.run = [asked = scale.asked](harness::measurement& given) {
        measure_connection_footprint_of(asked, wants_non_blocking_door<Model>(), given, take_up_all<Model>);
      };
    all.add(one);
  }
}

}  // namespace unitcost::measures
