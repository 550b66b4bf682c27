// What the measures of echo servers have in common: the connections and their units, the clients in a process of their
// own, what the service cost, and the proof that both sides saw the same.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/load/client_sockets.hpp"
#include "benchmarks/load/loopback.hpp"
#include "benchmarks/measures/waiting/conversing_units.hpp"
#include "benchmarks/measures/waiting/serving_window.hpp"
#include "impl/model.hpp"
#include "impl/runtime/shared_array.hpp"
#include "workloads/io/echo.hpp"

namespace unitcost::measures {

/// What one unit leaves behind.
struct answerer {
  workloads::exchanged done;
  serving_span served;
};

/// A unit's end is its connection's: whoever still waits for an answer sees it closed.
struct answering_observer {
  serving_observer serving;
  int socket;

  void round(std::uint64_t number) const { serving.round(number); }
  void end() const;
};

/// A server and its clients, in shared memory.
struct echo_service {
  /// Throws limit_reached where there are not enough descriptors.
  echo_service(workloads::echo::parameters const& asked, bool non_blocking);

  auto opener_for(unsigned connection) const {
    return [socket = connections[connection].server.get()] { return socket_streams(socket); };
  }
  workloads::conversation part_of(unsigned connection) const { return workloads::echo::part_of(connection, what); }
  answering_observer observer_for(unsigned connection) const {
    return {{&units[connection].served, workloads::echo::first_round_of(connection) + 1},
            connections[connection].server.get()};
  }
  std::vector<load::client_end> clients() const;

  // See held_in_parts and broken_off.
  void keep_only(unsigned connection);
  void give_away(unsigned connection) { connections[connection].server.reset(); }
  void break_off() const;

  workloads::echo::parameters what;
  std::vector<load::connection> connections;
  runtime::shared_array<answerer> units;
  runtime::shared_array<load::client_tally> tallies;
};

/// The server's and its clients': a CPU for each, or one for both.
enum class cpu_layout : std::uint8_t { apart, shared };

/// Serves by `serve(placement)`, while `clients` run in a process that ends with them or, if the server fails, by being
/// killed. Each side alone has its ends of the connections, and so notices the other's death. Throws unit_crashed where
/// the clients' process did not end well.
void serve_clients(echo_service& service, harness::measurement& given, std::function<void()> const& clients,
                   std::function<void(placement const&)> const& serve, cpu_layout layout = cpu_layout::apart);

/// All units of Model together, until their clients close.
template <class Model>
void serve_by_units(echo_service& service, placement const& where) {
  converse_all<Model>(where, service.what.connections, service);
}

/// Proves that server and clients saw the same messages.
void check_echo(echo_service const& service, harness::measurement& given);

/// The server's CPU time for a request. Throws not_stable where no client was answered twice.
void report_cpu_time(echo_service const& service, harness::measurement& given);
/// The same, where it was not read by the units.
void report_cpu_time_of(served const& all, std::string source, harness::measurement& given);

}  // namespace unitcost::measures
