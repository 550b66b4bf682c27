// server_patterns: two ways to divide a server's work among threads, half-sync/half-async and leader/followers, under
// the same stream of requests with the same handler. From which size of requests and length of handler on is which the
// better?
//
// Both servers are alive in one process, each with connections of its own, and idle while the other is asked. The
// clients, a process of their own, ask them by turns.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/load/loopback.hpp"
#include "benchmarks/load/request_clients.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/pools/request_service.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"
#include "workloads/io/requests.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info server_patterns_info{
    .name = "server_patterns",
    .question = "Is a server better half-sync/half-async or with leader and followers, for how much data and work?",
    .from =
        "of a slice: every client has been answered once (throughput, CPU time); a request's first byte is written "
        "(latency)",
    .to = "the last answer before the slice is over; the reading of the request's answer",
    .unit = "a ratio of rates, of latencies; requests a second, ns",
    .method =
        "eight pairs of slices, in which one server is asked and then the other, either first in every other pair; "
        "eight clients of each in a closed loop, on the last of the server's CPUs; ratios are medians of those within "
        "pairs, of p99 of all slices together; the server's CPU time is that of its process",
    .source = "CLOCK_MONOTONIC and the server's process CPU clock, read by the clients",
    .file = "benchmarks/measures/pools/server_patterns.hpp"};

enum class server_pattern : std::uint8_t { half_sync_half_async, leader_followers };
inline constexpr std::size_t server_patterns = 2;
/// "hsha", "lf".
std::string_view to_string(server_pattern pattern);

inline constexpr std::uint32_t clients_of_a_server = 8;
inline constexpr std::size_t pairs_of_slices = 8;

/// What a server has handled of one connection. Atomic, since the next request may be another thread's.
struct alignas(64) handled_requests {
  std::atomic<std::uint64_t> count{0}, checksum{0};
};

/// What was seen of one server, in shared memory.
struct server_run {
  explicit server_run(server_pattern served);

  /// Of the server's and its clients' connections those have the indices `first_connection` and following.
  std::uint32_t first_connection() const { return static_cast<std::uint32_t>(pattern) * clients_of_a_server; }
  pools::request_source source(workloads::requests::parameters const& asked) const;
  /// Answers as workloads::requests does, and counts.
  pools::request_handler handler(std::uint32_t computing_steps);
  void break_off() const;

  server_pattern pattern;
  std::vector<load::connection> connections;
  runtime::shared_array<handled_requests> handled;
  runtime::shared_array<load::request_tally> tallies;
  std::array<load::steady_slice, pairs_of_slices> slices{};
  runtime::shared_array<std::int64_t> latencies_ns;
  std::size_t latencies = 0;  ///< as many as there was room for
};

/// One repetition, in shared memory.
struct server_patterns_run {
  explicit server_patterns_run(workloads::requests::parameters const& parameters);

  workloads::requests::parameters asked;
  std::array<server_run, server_patterns> servers;
};

/// How many steps of computing take so long on one CPU, which `given` says.
std::uint32_t computing_steps_of(double handler_ns, harness::measurement& given);

/// Payloads of which the thousand answers that p99 needs take seconds: full has them.
inline constexpr std::uint32_t very_long_bytes = 1024 * 1024;
/// Of every slice: its share of the measuring time, and a thousand answers in all slices together, or what tells the
/// throughput.
load::slice_limits slice_limits_for(std::uint32_t bytes, harness::measurement const& given);

/// The clients' part: asks both servers by turns, or ends early where one does not answer. `server_clock` tells the CPU
/// time of both.
void ask_by_turns(server_patterns_run& run, load::slice_limits const& limits, clockid_t server_clock);

/// Serves by `serve_first()` and `serve_second()`, a thread each, until their clients have closed, while these ask.
/// What one of them throws is thrown in the end. Throws unit_crashed where the clients' process did not end well.
void serve_by_turns(server_patterns_run& run, std::vector<int> const& cpus, harness::measurement& given,
                    std::array<std::function<void()>, server_patterns> const& serve);

/// Proves that servers and clients saw the same requests, and reports. Throws not_stable where a slice has no answers.
void report_server_patterns(server_patterns_run const& run, harness::measurement& given);

/// `First` is constructed and used as pools::half_sync_half_async, `Second` as pools::leader_followers.
template <class First, class Second>
void measure_server_patterns(std::uint32_t bytes, std::uint32_t handler_us, unsigned workers,
                             harness::measurement& given) {
  auto const cpus = given.first_cpus(workers);
  std::uint32_t const steps = computing_steps_of(handler_us * 1e3, given);
  runtime::shared_object<server_patterns_run> run(
      workloads::requests::parameters{.bytes = bytes, .computing_steps = steps});
  auto const serve = [&run, workers, steps]<class Server>(std::size_t which, std::type_identity<Server>) {
    server_run& one = run->servers[which];
    return [&run, &one, workers, steps] { Server(workers, one.source(run->asked), one.handler(steps)).serve(); };
  };
  serve_by_turns(*run, cpus, given, {serve(0, std::type_identity<First>{}), serve(1, std::type_identity<Second>{})});
  report_server_patterns(*run, given);
}

/// How much data, how long a handler: the map.
inline constexpr std::uint32_t payload_bytes[] = {0, 1024, 16 * 1024, 128 * 1024, 1024 * 1024};
inline constexpr std::uint32_t handler_lengths_us[] = {0, 10, 100};

harness::benchmark_case server_patterns_case_of(std::string_view model, std::uint32_t bytes, std::uint32_t handler_us,
                                                unsigned workers);

/// A model that does not have both servers has no case.
template <class Model>
void add_server_patterns_cases(harness::registry& all) {
  if constexpr (requires {
                  typename Model::half_sync_half_async;
                  typename Model::leader_followers;
                }) {
    for (unsigned workers : all.settings().workers) {
      if (workers == 1 && all.settings().workers.size() > 1) continue;  // a leader alone has no followers
      for (std::uint32_t const bytes : payload_bytes)
        for (std::uint32_t const handler_us : handler_lengths_us) {
          auto one = server_patterns_case_of(Model::name, bytes, handler_us, workers);
          one.run = [=](harness::measurement& given) {
            measure_server_patterns<typename Model::half_sync_half_async, typename Model::leader_followers>(
                bytes, handler_us, workers, given);
          };
          all.add(one);
        }
    }
  }
}

}  // namespace unitcost::measures
