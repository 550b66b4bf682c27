#include "benchmarks/measures/pools/server_patterns.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <span>
#include <stdexcept>
#include <system_error>

#include "benchmarks/harness/records/percentiles.hpp"
#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/side_by_side.hpp"
#include "impl/all.hpp"
#include "impl/process/child_group.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/first_failure.hpp"
#include "impl/runtime/posix_thread.hpp"
#include "workloads/workload.hpp"

namespace unitcost::measures {

using workloads::requests;

namespace {

// More than loopback answers in the longest measuring time; touched as far as they are needed.
constexpr std::size_t most_latencies = 1'000'000;

std::vector<int> client_sockets_of(server_run const& one) {
  std::vector<int> sockets;
  for (load::connection const& each : one.connections) sockets.push_back(each.client.get());
  return sockets;
}

clockid_t cpu_clock_of(pid_t process) {
  clockid_t clock{};
  if (int const error = ::clock_getcpuclockid(process, &clock); error != 0)
    throw std::system_error(error, std::generic_category(), "finding the CPU clock of the server's process");
  return clock;
}

}  // namespace

std::string_view to_string(server_pattern pattern) {
  switch (pattern) {
    case server_pattern::half_sync_half_async:
      return "hsha";
    case server_pattern::leader_followers:
      return "lf";
  }
  throw std::invalid_argument("no pattern of a server");
}

server_run::server_run(server_pattern served)
    : pattern(served),
      connections(load::connect_loopback(clients_of_a_server)),
      handled(clients_of_a_server),
      tallies(clients_of_a_server),
      latencies_ns(most_latencies) {
  for (load::connection const& each : connections) load::make_non_blocking(each.client.get());
}

pools::request_source server_run::source(requests::parameters const& asked) const {
  pools::request_source all{.sockets = {}, .request_bytes = requests::request_bytes(asked)};
  for (load::connection const& each : connections) all.sockets.push_back(each.server.get());
  return all;
}

pools::request_handler server_run::handler(std::uint32_t computing_steps) {
  return [this, computing_steps](std::uint32_t connection, std::span<std::byte const> request) {
    requests::answer const made = requests::handle(request, computing_steps);
    // Relaxed: they are looked at when all threads have ended.
    handled[connection].count.fetch_add(1, std::memory_order_relaxed);
    handled[connection].checksum.fetch_add(made.result, std::memory_order_relaxed);
    pools::request_answer answer;
    std::memcpy(answer.data(), &made, sizeof answer);
    return answer;
  };
}

void server_run::break_off() const {
  for (load::connection const& each : connections) ::shutdown(each.server.get(), SHUT_RDWR);
}

server_patterns_run::server_patterns_run(requests::parameters const& parameters)
    : asked(parameters),
      servers{server_run(server_pattern::half_sync_half_async), server_run(server_pattern::leader_followers)} {
  load::ignore_broken_connections();
}

std::uint32_t computing_steps_of(double handler_ns, harness::measurement& given) {
  if (handler_ns <= 0) return 0;
  constexpr std::uint32_t steps = 1000;
  constexpr double minimum_s = 0.005;
  auto const timed = given.time_loop(minimum_s, [](std::uint64_t times) {
    std::uint64_t volatile value = 1;  // so that none is left out
    std::int64_t const from_ns = runtime::now_ns();
    for (std::uint64_t time = 0; time < times; ++time) value = workloads::compute(value, steps);
    return runtime::now_ns() - from_ns;
  });
  return static_cast<std::uint32_t>(handler_ns * steps / timed.ns_per_iteration);
}

load::slice_limits slice_limits_for(std::uint32_t bytes, harness::measurement const& given) {
  bool const for_p99 = bytes < very_long_bytes || given.settings().which == harness::profile::full;
  constexpr std::size_t slices = server_patterns * (pairs_of_slices + 1);
  return {.duration_ns = static_cast<std::int64_t>(given.measuring_s() * 1e9 / slices),
          .fewest_answers = for_p99 ? 1024 / pairs_of_slices : 4 * clients_of_a_server,
          .patience_ns = given.patience_ns()};
}

void ask_by_turns(server_patterns_run& run, load::slice_limits const& limits, clockid_t server_clock) {
  std::vector<load::request_clients> clients;
  for (server_run& one : run.servers)
    clients.emplace_back(client_sockets_of(one), one.first_connection(), run.asked,
                         std::span(one.tallies.begin(), one.tallies.end()), server_clock);
  for (load::request_clients& each : clients) each.run(limits, [](std::int64_t) {});  // warms both
  for (std::size_t pair = 0; pair < pairs_of_slices; ++pair)
    for (std::size_t turn = 0; turn < server_patterns; ++turn) {
      std::size_t const which = (pair + turn) % server_patterns;
      server_run& one = run.servers[which];
      if (clients[which].any_lost()) return;
      one.slices[pair] = clients[which].run(limits, [&one](std::int64_t latency_ns) {
        if (one.latencies < one.latencies_ns.size()) one.latencies_ns[one.latencies++] = latency_ns;
      });
    }
}

void serve_by_turns(server_patterns_run& run, std::vector<int> const& cpus, harness::measurement& given,
                    std::array<std::function<void()>, server_patterns> const& serve) {
  pid_t const server = ::getpid();
  processes::child_group process(1);
  // Before there are threads. Each side alone has its ends of the connections, and so notices the other's death.
  process.spawn([&] {
    runtime::confine_to({cpus.back()});
    for (server_run& one : run.servers)
      for (load::connection& each : one.connections) each.server.reset();
    ask_by_turns(run, slice_limits_for(run.asked.bytes, given), cpu_clock_of(server));
  });
  for (server_run& one : run.servers)
    for (load::connection& each : one.connections) each.client.reset();
  runtime::confine_to(cpus);
  runtime::first_failure failure;
  std::vector<runtime::posix_thread> threads;
  for (std::size_t which = 0; which < server_patterns; ++which)
    threads.emplace_back(runtime::thread_attributes{}, [&, which] {
      failure.guard(serve[which]);
      run.servers[which].break_off();  // whoever still waits for an answer sees it closed
    });
  threads.clear();
  process.reap_all("the clients");
  failure.rethrow();
}

namespace {

/// False: they did not see the same, and there is nothing to report.
bool check_requests(server_run const& one, harness::measurement& given) {
  outcome done;
  outcome expected{clients_of_a_server, 0};
  for (std::uint32_t index = 0; index < clients_of_a_server; ++index) {
    load::request_tally const& client = one.tallies[index];
    handled_requests const& server = one.handled[index];
    bool const agree = server.count == client.answers && client.wrong_answers == 0 && client.lost == 0;
    if (agree && client.answers > 0) ++done.units;
    done.checksum += server.checksum;
    expected.checksum += client.checksum;
  }
  given.check(done.units, expected.units, done.checksum, expected.checksum);
  return done == expected;
}

std::optional<double> p99_of(harness::histogram const& latencies) {
  for (auto const& [percentile, value] : latencies.percentiles)
    if (percentile == "99") return value;
  return std::nullopt;
}

/// The names of its metrics begin with the pattern's. Returns p99 of its latencies, if there are enough of them.
std::optional<double> report_server(server_run const& one, harness::measurement& given) {
  std::string const pattern(to_string(one.pattern));
  auto const report = [&](char const* name, char const* label, double value, char const* unit, std::uint64_t samples) {
    given.report({.name = pattern + "_" + name,
                  .label = pattern + ": " + label,
                  .value = value,
                  .unit = unit,
                  .better = std::string_view(unit) == "1/s" ? harness::direction::greater : harness::direction::smaller,
                  .samples = samples},
                 "read by the clients");
  };
  std::vector<double> rates;
  double answers = 0, cpu_ns = 0;
  for (load::steady_slice const& each : one.slices) {
    answers += static_cast<double>(each.answers);
    cpu_ns += static_cast<double>(each.cpu_ns);
    rates.push_back(each.per_second());
  }
  std::vector<double> const latencies(one.latencies_ns.begin(),
                                      one.latencies_ns.begin() + static_cast<std::ptrdiff_t>(one.latencies));
  auto distribution =
      harness::histogram_of(latencies, pattern + "_latency_ns", pattern + ": from a request to its answer", "ns");
  auto const p99 = p99_of(distribution);
  report("requests_per_second", "requests answered", harness::median(rates), "1/s", rates.size());
  report("cpu_ns_per_request", "the server's CPU time for a request", cpu_ns / answers, "ns",
         static_cast<std::uint64_t>(answers));
  report("latency_ns", "from a request to its answer", harness::median(latencies), "ns", latencies.size());
  if (p99) report("latency_p99_ns", "p99 from a request to its answer", *p99, "ns", latencies.size());
  given.report(std::move(distribution));
  return p99;
}

void report_ratio(char const* name, char const* label, double value, std::size_t samples, harness::measurement& given) {
  given.report({.name = name,
                .label = label,
                .value = value,
                .unit = "1",
                .better = harness::direction::neither,
                .samples = samples},
               "between neighbouring slices, read by the clients");
}

}  // namespace

void report_server_patterns(server_patterns_run const& run, harness::measurement& given) {
  auto const& [hsha, lf] = run.servers;
  bool const hsha_holds = check_requests(hsha, given);
  if (!check_requests(lf, given) || !hsha_holds) return;
  std::vector<std::pair<double, double>> rates, cpu_times;
  for (std::size_t pair = 0; pair < pairs_of_slices; ++pair) {
    load::steady_slice const &of_hsha = hsha.slices[pair], &of_lf = lf.slices[pair];
    if (of_hsha.cpu_ns <= 0 || of_lf.cpu_ns <= 0)
      throw harness::not_stable("a slice did not become steady; a larger profile gives more time");
    rates.emplace_back(of_lf.per_second(), of_hsha.per_second());
    cpu_times.emplace_back(of_hsha.cpu_ns_each(), of_lf.cpu_ns_each());
  }
  report_ratio("lf_over_hsha", "throughput, leader/followers over half-sync/half-async", compare_pairs(rates).ratio,
               rates.size(), given);
  report_ratio("hsha_over_lf_cpu", "the server's CPU time for a request, half-sync/half-async over leader/followers",
               compare_pairs(cpu_times).ratio, cpu_times.size(), given);
  auto const hsha_p99 = report_server(hsha, given);
  auto const lf_p99 = report_server(lf, given);
  if (hsha_p99 && lf_p99)
    report_ratio("hsha_over_lf_p99", "p99 of latencies, half-sync/half-async over leader/followers",
                 *hsha_p99 / *lf_p99, std::min(hsha.latencies, lf.latencies), given);
}

harness::benchmark_case server_patterns_case_of(std::string_view model, std::uint32_t bytes, std::uint32_t handler_us,
                                                unsigned workers) {
  auto one = case_of(model, server_patterns_info, requests::name,
                     joined("bytes:" + std::to_string(bytes), "handler_us:" + std::to_string(handler_us),
                            "workers:" + std::to_string(workers)),
                     workers <= 2 ? harness::profile::standard : harness::profile::full);
  one.cpus_used = workers;
  one.prediction_factor = bytes >= very_long_bytes ? 3 : bytes >= 128 * 1024 || handler_us >= 100 ? 1.5 : 1;
  return one;
}

void add_server_patterns(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_server_patterns_cases<Model>(all); });
}

}  // namespace unitcost::measures
