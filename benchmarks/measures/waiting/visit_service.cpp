#include "benchmarks/measures/waiting/visit_service.hpp"

#include <sys/prctl.h>

#include <csignal>

#include "impl/process/child_group.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/kernel_limits.hpp"

namespace unitcost::measures {

using workloads::exchanged, workloads::visit;

visit_service::visit_service(visit::parameters const& asked, bool non_blocking, std::uint32_t ports)
    : what(asked), connections(asked.visits), units(asked.visits), visit_ns(asked.visits) {
  load::ignore_broken_connections();
  runtime::raise_descriptor_limit();
  at.push_back(ports == 1 ? load::listener() : load::listener::sharing());
  while (at.size() < ports) at.push_back(load::listener::beside(at.front()));
  if (non_blocking) load::make_non_blocking(at.front().descriptor());
  log.visit_ns = {visit_ns.begin(), visit_ns.end()};
}

namespace {

/// In a process of their own, so that the door is shut whatever becomes of them: nobody waits for those who have died.
void come_and_shut(visit_service& service, std::function<void()> const& come) {
  processes::child_group visitors(1);
  visitors.spawn([&] {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // with whoever shuts the door
    come();
  });
  try {
    visitors.reap_all();
  } catch (...) {
    service.visitors_died = true;
    for (load::listener const& each : service.at) each.shut_down();
    throw;
  }
  for (load::listener const& each : service.at) each.shut_down();
}

}  // namespace

void serve_visitors(visit_service& service, harness::measurement& given, std::function<void()> const& come,
                    std::function<void(placement const&)> const& serve) {
  std::vector<int> const cpus = given.first_cpus(2);
  processes::child_group process(1);
  process.spawn([&] {
    runtime::confine_to({cpus[1]});
    service.doors.wait();
    come_and_shut(service, come);
  });
  runtime::confine_to({cpus[0]});
  try {
    serve({.workers = 1, .cpus = {cpus[0]}});
  } catch (...) {
    if (service.visitors_died) process.reap_all("the visitors");  // throws what the server only noticed
    throw;
  }
  if (service.is_broken_off()) throw limit_reached(service.why_broken_off.data());
  process.reap_all("the visitors");
}

void visit_service::break_off(std::string_view why) {
  why.copy(why_broken_off.data(), why_broken_off.size() - 1);
  for (load::listener const& each : at) each.shut_down();
}

void check_visits(visit_service const& service, harness::measurement& given) {
  exchanged all;
  for (taken_up const& each : service.units) {
    if (each.done.end != workloads::conversation_end::complete) continue;
    all.bytes_in += each.done.bytes_in;
    all.bytes_out += each.done.bytes_out;
    all.rounds += each.done.rounds;
    all.checksum += each.done.checksum;
  }
  exchanged const expected = visit::oracle(service.what, service.log.checksum);
  given.check(all.rounds, expected.rounds, all.checksum, expected.checksum);
  given.check(all.bytes_in, expected.bytes_in, all.bytes_out, expected.bytes_out);
  given.check(service.log.answered - service.log.wrong_answers, service.what.visits, service.log.lost, 0);
}

}  // namespace unitcost::measures
