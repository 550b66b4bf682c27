#include "benchmarks/measures/waiting/echo_service.hpp"

#include <sys/socket.h>

#include <utility>

#include "impl/process/child_group.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/kernel_limits.hpp"
#include "workloads/workload.hpp"

namespace unitcost::measures {

using workloads::echo;

echo_service::echo_service(echo::parameters const& asked, bool non_blocking)
    : what(asked), units(asked.connections), tallies(asked.connections) {
  load::ignore_broken_connections();
  runtime::raise_descriptor_limit();
  connections = load::connect_loopback(what.connections);
  for (load::connection const& each : connections) {
    load::make_non_blocking(each.client.get());
    if (non_blocking) load::make_non_blocking(each.server.get());
  }
}

std::vector<load::client_end> echo_service::clients() const {
  std::vector<load::client_end> all;
  for (std::uint32_t index = 0; index < what.connections; ++index)
    all.push_back({connections[index].client.get(), echo::first_round_of(index)});
  return all;
}

void answering_observer::end() const {
  serving.end();
  ::shutdown(socket, SHUT_RDWR);  // in vain where the client has gone
}

void echo_service::keep_only(unsigned connection) {
  for (unsigned other = 0; other < connections.size(); ++other)
    if (other != connection) connections[other].server.reset();
}

void echo_service::break_off() const {
  for (load::connection const& each : connections) ::shutdown(each.server.get(), SHUT_RDWR);
}

void serve_clients(echo_service& service, harness::measurement& given, std::function<void()> const& clients,
                   std::function<void(placement const&)> const& serve, cpu_layout layout) {
  std::vector<int> const cpus = given.first_cpus(layout == cpu_layout::shared ? 1 : 2);
  processes::child_group process(1);
  process.spawn([&] {
    runtime::confine_to({cpus.back()});
    for (load::connection& each : service.connections) each.server.reset();
    clients();
  });
  for (load::connection& each : service.connections) each.client.reset();
  runtime::confine_to({cpus.front()});
  serve({.workers = 1, .cpus = {cpus.front()}});
  process.reap_all("the clients");
}

void check_echo(echo_service const& service, harness::measurement& given) {
  outcome done;
  outcome expected{service.what.connections, 0};
  for (std::uint32_t index = 0; index < service.what.connections; ++index) {
    load::client_tally const& client = service.tallies[index];
    workloads::exchanged const& part = service.units[index].done;
    bool const agree = part == echo::oracle(service.what, client.requests, client.checksum);
    if (agree && client.requests > 0 && client.wrong_answers == 0 && client.lost == 0) ++done.units;
    done.checksum += part.checksum;
    expected.checksum += client.checksum;
  }
  given.check(done.units, expected.units, done.checksum, expected.checksum);
}

void report_cpu_time(echo_service const& service, harness::measurement& given) {
  serving_window threads;
  for (answerer const& each : service.units)
    if (each.done.rounds >= 2) threads.add(each.served);
  served const sum = threads.sum();
  if (sum.rounds == 0)
    throw harness::not_stable("no client was answered twice in the time there was; a larger profile gives more");
  report_cpu_time_of(sum, "CLOCK_THREAD_CPUTIME_ID of the server's threads", given);
}

void report_cpu_time_of(served const& all, std::string source, harness::measurement& given) {
  given.report({.name = "cpu_ns_per_request",
                .label = "the server's CPU time for a request",
                .value = static_cast<double>(all.cpu_ns) / static_cast<double>(all.rounds),
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = all.rounds},
               std::move(source));
}

}  // namespace unitcost::measures
