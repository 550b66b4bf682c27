// What the measures of echo servers have in common: the connections and their units, the clients in a process of their
// own, what the service cost, and the proof that both sides saw the same.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/load/client_sockets.hpp"
#include "benchmarks/load/loopback.hpp"
#include "benchmarks/measures/conversing_units.hpp"
#include "benchmarks/measures/together.hpp"
#include "impl/model.hpp"
#include "impl/runtime/shared_array.hpp"
#include "workloads/io/echo.hpp"

namespace unitcost::measures {

/// How far a thread that serves had come.
struct serving_mark {
  int thread = 0;
  std::int64_t cpu_ns = 0;   ///< that the thread had used
  std::uint64_t rounds = 0;  ///< that its units had begun
};

/// What one unit leaves behind.
struct answerer {
  workloads::exchanged done;
  serving_mark second_round;  ///< when it awaited its second message
  serving_mark end;
};

/// Counts the rounds of the calling thread, and looks at its CPU clock twice in a unit's life.
struct serving_observer {
  answerer* who;
  std::uint64_t second_round;

  void round(std::uint64_t number) const;
  void end() const;
};

/// One end of a connection, while its unit lives.
struct socket_streams {
  explicit socket_streams(int socket) : in(socket) {}
  runtime::stream in;
  runtime::stream& out = in;
};

/// A server and its clients, in shared memory.
struct echo_service {
  /// Throws limit_reached where there are not enough descriptors.
  echo_service(workloads::echo::parameters const& asked, bool non_blocking);

  auto opener_for(unsigned connection) const {
    return [socket = connections[connection].server.get()] { return socket_streams(socket); };
  }
  workloads::conversation part_of(unsigned connection) const { return workloads::echo::part_of(connection, what); }
  serving_observer observer_for(unsigned connection) const {
    return {&units[connection], workloads::echo::first_round_of(connection) + 1};
  }
  std::vector<load::client_end> clients() const;

  workloads::echo::parameters what;
  std::vector<load::connection> connections;
  runtime::shared_array<answerer> units;
  runtime::shared_array<load::client_tally> tallies;
};

/// Serves by `serve(placement)` on the first of two CPUs, while `clients` run on the second, in a process that ends
/// with them or, if the server fails, by being killed. What is the clients' end of each connection is theirs alone.
void serve_clients(echo_service& service, harness::measurement& given, std::function<void()> const& clients,
                   std::function<void(placement const&)> const& serve);

/// All units of Model together, until their clients close.
template <class Model>
void serve_by_units(echo_service& service, placement const& where) {
  run_together<conversing_by_part, Model>(Model::variants().front().options, where, service.what.connections, service);
}

/// Proves that server and clients saw the same messages.
void check_echo(echo_service const& service, harness::measurement& given);

/// The server's CPU time for a request. Throws where no client was answered twice.
void report_cpu_time(echo_service const& service, harness::measurement& given);

}  // namespace unitcost::measures
