#include "benchmarks/measures/contenders/contender_echo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <system_error>

#include "benchmarks/harness/contenders/contender_dialogue.hpp"
#include "benchmarks/harness/machine/process_cpu_time.hpp"
#include "benchmarks/harness/machine/process_memory.hpp"
#include "benchmarks/harness/supervision/ended_as.hpp"
#include "benchmarks/load/loopback.hpp"
#include "benchmarks/measures/contenders/contender_case.hpp"
#include "benchmarks/measures/contenders/dialogue_lines.hpp"
#include "benchmarks/measures/waiting/echo.hpp"
#include "impl/process/child_group.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/kernel_limits.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {
namespace {

using harness::ended_as;
using harness::ending;
using workloads::echo;

constexpr harness::measure_info contender_echo_info{
    .name = echo_info.name,
    .question = echo_info.question,
    .from = "a client's write of its message (latency); when each client has been answered and none asks (CPU time)",
    .to = "the client's reading of the last byte that came back; when all have their last answer",
    .unit = echo_info.unit,
    .method =
        "as of models; the program is not asked to digest the messages: the clients compare each answer with what they "
        "sent, and how many bytes it says it sent back is compared with what they had. CPU time, user and system, is "
        "that of the program and all that descend from it, over all requests that are timed",
    .source = "CLOCK_MONOTONIC, read by the clients; the CPU clocks of the program's processes, read by them, too",
    .file = "benchmarks/measures/contenders/contender_echo.cpp"};

constexpr char const* cpu_source = "the CPU clocks of the program's processes";

/// Connections to the program, which has said that it listens there.
std::vector<runtime::owned_descriptor> connected(std::uint16_t port, std::uint32_t count) {
  std::vector<runtime::owned_descriptor> sockets;
  try {
    while (sockets.size() < count) sockets.push_back(load::connect_to(port));
  } catch (std::system_error const& refused) {
    throw std::runtime_error(fmt::format("it says that it listens on port {}, but after {} connections {}", port,
                                         sockets.size(), refused.what()));
  }
  for (auto const& each : sockets) load::make_non_blocking(each.get());
  return sockets;
}

std::vector<load::client_end> ends_of(std::vector<runtime::owned_descriptor> const& sockets,
                                      contenders_clients const& seen) {
  std::vector<load::client_end> ends;
  for (std::uint32_t index = 0; index < seen.what.connections; ++index)
    ends.push_back({sockets[index].get(), echo::first_round_of(index) + seen.first_tallies[index].requests});
  return ends;
}

harness::cpu_times_ns cpu_times_of_family(int program) {
  return harness::cpu_times_of(harness::members_of_family(program));
}

/// What the clients' process does.
void converse_with(int program, std::vector<runtime::owned_descriptor> const& sockets, std::int64_t duration_ns,
                   std::int64_t patience_ns, contenders_clients& seen) {
  load::closed_loop(ends_of(sockets, seen), seen.what, seen.first).run(0, patience_ns);
  if (std::ranges::any_of(seen.first_tallies, [](load::client_tally const& each) { return each.lost > 0; })) return;
  auto const before = cpu_times_of_family(program);
  load::closed_loop(ends_of(sockets, seen), seen.what, seen.log).run(duration_ns, patience_ns);
  seen.server_cpu_ns = harness::cpu_ns_between(before, cpu_times_of_family(program));
}

load::client_tally sum_of(contenders_clients const& seen) {
  load::client_tally sum;
  for (auto const* tallies : {&seen.first_tallies, &seen.tallies})
    for (load::client_tally const& each : *tallies) {
      sum.requests += each.requests;
      sum.wrong_answers += each.wrong_answers;
      sum.lost += each.lost;
    }
  return sum;
}

}  // namespace

contenders_clients::contenders_clients(echo::parameters const& asked)
    : what(asked),
      first_tallies(asked.connections),
      tallies(asked.connections),
      round_ns(most_timed_rounds),
      first{.tallies = {first_tallies.begin(), first_tallies.end()}, .round_ns = {}},
      log{.tallies = {tallies.begin(), tallies.end()}, .round_ns = {round_ns.begin(), round_ns.end()}} {}

std::uint16_t told_port(std::string const& line, std::uint32_t connections) {
  auto const port = told_number(line, fmt::format("to serve {} connections", connections), "listening", "PORT");
  if (port == 0 || port > std::numeric_limits<std::uint16_t>::max())
    throw ended_as(ending::wrong_result, fmt::format("it says that it listens on port {}: there is none", port));
  return static_cast<std::uint16_t>(port);
}

void report_contender_echo(contenders_clients const& seen, harness::work_facts const& told,
                           harness::measurement& given) {
  load::client_tally const all = sum_of(seen);
  if (all.wrong_answers > 0)
    throw ended_as(ending::wrong_result,
                   fmt::format("{} of {} answers were not the bytes that were sent", all.wrong_answers, all.requests));
  if (all.lost > 0)
    throw ended_as(ending::wrong_result, fmt::format("{} of {} connections were closed by it, or not answered in time",
                                                     all.lost, seen.what.connections));
  given.check(told.units, seen.what.connections, told.checksum, all.requests * seen.what.bytes);
  require_enough_answers(seen.log);
  if (!seen.server_cpu_ns)
    throw harness::not_stable("a process of the server ended while its CPU time was taken, which is not known so");
  if (*seen.server_cpu_ns <= 0)
    throw ended_as(ending::wrong_result, "its processes used no CPU time: whoever answered is none of them");
  std::uint64_t timed = 0;
  for (load::client_tally const& each : seen.tallies) timed += each.requests;
  report_cpu_time_of({.cpu_ns = *seen.server_cpu_ns, .rounds = timed}, cpu_source, given);
  report_clients(seen.log, given);
}

void measure_contender_echo(echo::parameters const& asked, std::vector<std::string> const& arguments,
                            harness::measurement& given) {
  runtime::raise_descriptor_limit();
  std::vector<int> const cpus = given.first_cpus(2);
  runtime::confine_to({cpus.front()});
  harness::contender_dialogue program(arguments);
  auto const port =
      told_port(answer_to(program, fmt::format(R"({{"serve": {}}})", asked.connections)), asked.connections);
  auto sockets = connected(port, asked.connections);
  runtime::shared_object<contenders_clients> seen(asked);
  processes::child_group clients(1);
  clients.spawn([&] {
    runtime::confine_to({cpus.back()});
    converse_with(program.process(), sockets, static_cast<std::int64_t>(given.measuring_s() * 1e9), given.patience_ns(),
                  *seen);
  });
  sockets.clear();  // the clients' end, which is theirs alone, closes them
  clients.reap_all("the clients");
  report_contender_echo(*seen, told_at_the_end(program.finish()), given);
}

void add_contender_echo(harness::registry& all) {
  for (harness::contender const& who : all.settings().contenders) {
    if (!who.offers(echo_info.name, echo::name)) continue;
    for (echo_scale const& scale : echo_scales) {
      bool const small_and_apart =
          scale.asked.computing_steps == 0 && scale.asked.bytes == 64 && scale.layout == cpu_layout::apart;
      if (!small_and_apart) continue;
      auto one = echo_case_of(who.name, {}, scale);
      one.measure = &contender_echo_info;
      one.prediction_factor = 2;  // programs in other languages take long to start
      one.skip_reason = why_no_conversation(who.name, scale.asked.connections, scale.asked.connections, 1);
      converse_with_contender(
          one, who,
          [asked = scale.asked](std::vector<std::string> const& arguments, harness::measurement& given) {
            measure_contender_echo(asked, arguments, given);
          },
          dialogue_cpus::first);
      all.add(std::move(one));
    }
  }
}

}  // namespace unitcost::measures
