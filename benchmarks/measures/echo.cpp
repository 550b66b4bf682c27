#include "benchmarks/measures/echo.hpp"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/echo_floor.hpp"
#include "impl/all.hpp"
#include "impl/runtime/kernel_limits.hpp"

namespace unitcost::measures {

using workloads::echo;

namespace {

// More than loopback answers in the longest measuring time; touched as far as they are needed.
constexpr std::size_t most_timed_rounds = 4'000'000;

// Both ends of each connection; the rest is for what the process has open besides.
std::uint64_t descriptors_for(std::uint32_t connections) { return 2 * std::uint64_t{connections} + 64; }

std::int64_t thread_cpu_ns() {
  timespec now;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Of all threads that served: from the first second message of a unit of theirs to the last end of one.
std::int64_t server_cpu_ns(echo_run const& run) {
  struct span {
    std::int64_t begun, ended;
  };
  std::map<int, span> threads;
  for (answerer const& each : run.units) {
    if (each.done.rounds < 2) continue;
    auto const [found, is_new] = threads.try_emplace(each.thread, span{each.cpu_begun_ns, each.cpu_ended_ns});
    if (is_new) continue;
    found->second.begun = std::min(found->second.begun, each.cpu_begun_ns);
    found->second.ended = std::max(found->second.ended, each.cpu_ended_ns);
  }
  std::int64_t sum = 0;
  for (auto const& [thread, used] : threads) sum += used.ended - used.begun;
  return sum;
}

}  // namespace

void cpu_observer::round(std::uint64_t number) const {
  if (number != second_round) return;
  who->thread = ::gettid();
  who->cpu_begun_ns = thread_cpu_ns();
}

void cpu_observer::end() const { who->cpu_ended_ns = thread_cpu_ns(); }

echo_run::echo_run(echo::parameters const& asked, bool non_blocking)
    : what(asked), units(asked.connections), tallies(asked.connections), round_ns(most_timed_rounds) {
  runtime::raise_descriptor_limit();
  connections = load::connect_loopback(what.connections);
  for (load::connection const& each : connections) {
    load::make_non_blocking(each.client.get());
    if (non_blocking) load::make_non_blocking(each.server.get());
  }
  log = {.tallies = {tallies.begin(), tallies.end()}, .round_ns = {round_ns.begin(), round_ns.end()}};
}

std::vector<load::closed_loop_client> echo_run::clients() const {
  std::vector<load::closed_loop_client> all;
  for (std::uint32_t index = 0; index < what.connections; ++index)
    all.push_back({connections[index].client.get(), echo::first_round_of(index)});
  return all;
}

echo_clients::echo_clients(echo_run& run, std::vector<int> const& cpus, std::int64_t duration_ns) {
  process_.spawn([&] {
    runtime::confine_to(cpus);
    for (load::connection& each : run.connections) each.server.reset();
    load::closed_loop(run.clients(), run.what.bytes, run.log).run(duration_ns);
  });
  for (load::connection& each : run.connections) each.client.reset();
}

void report_echo(echo_run const& run, double measured_s, harness::measurement& given) {
  outcome served, expected;
  std::uint64_t requests = 0;
  for (std::uint32_t index = 0; index < run.what.connections; ++index) {
    load::client_tally const& client = run.tallies[index];
    workloads::exchanged const& done = run.units[index].done;
    bool const agree = done == echo::oracle(run.what, client.requests, client.checksum);
    if (agree && client.requests > 0 && client.wrong_answers == 0 && client.lost == 0) ++served.units;
    served.checksum += done.checksum;
    expected.checksum += client.checksum;
    requests += client.requests;
  }
  expected.units = run.what.connections;
  given.check(served.units, expected.units, served.checksum, expected.checksum);
  if (requests <= run.what.connections || run.log.rounds_timed == 0) return;

  auto const later_requests = static_cast<double>(requests - run.what.connections);
  auto report = [&](harness::metric one, char const* source) { given.report(std::move(one), source); };
  report({.name = "cpu_ns_per_request",
          .label = "the server's CPU time for a request",
          .value = static_cast<double>(server_cpu_ns(run)) / later_requests,
          .unit = "ns",
          .better = harness::direction::smaller,
          .samples = requests},
         "CLOCK_THREAD_CPUTIME_ID of the server's threads");
  report({.name = "requests_per_second",
          .label = "requests answered",
          .value = static_cast<double>(requests) / measured_s,
          .unit = "1/s",
          .better = harness::direction::greater,
          .samples = requests},
         "counted by the clients");
  std::vector<double> const latencies(run.round_ns.begin(),
                                      run.round_ns.begin() + static_cast<std::ptrdiff_t>(run.log.rounds_timed));
  report({.name = "latency_ns",
          .label = "from a message to its answer",
          .value = harness::median(latencies),
          .unit = "ns",
          .better = harness::direction::smaller,
          .samples = run.log.rounds_timed},
         "CLOCK_MONOTONIC, read by the clients");
  given.report(harness::histogram_of(latencies, "latency_ns", "from a message to its answer", "ns"));
}

std::string why_no_echo(std::string_view model, bool units_wait_beside_others, std::uint64_t unit_limit,
                        echo::parameters const& asked) {
  std::string const name(model);
  std::uint64_t const needed = descriptors_for(asked.connections);
  if (!units_wait_beside_others) return "a waiting unit of " + name + " holds its worker: the others would never come";
  if (unit_limit < asked.connections) return name + " can have " + std::to_string(unit_limit) + " units here";
  if (runtime::descriptor_limit() < needed)
    return "needs " + std::to_string(needed) + " descriptors, and a process may have " +
           std::to_string(runtime::descriptor_limit()) + " here; raise it (ulimit -Hn)";
  return {};
}

harness::benchmark_case echo_case_of(std::string_view model, echo_scale const& scale) {
  auto one = case_of(model, echo_info, echo::name, joined("load:closed", echo::label(scale.asked)), scale.least);
  one.cpus_used = 2;
  return one;
}

void add_echo(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() {
    if constexpr (why_no_graph<Model>().empty() && Model::name != "null") add_echo_cases<Model>(all);
  });
  add_echo_floor_cases(all);
}

}  // namespace unitcost::measures
