// burst: what becomes of many requests at once where memory, or the number of tasks, has a limit.
//
// A server gives each request a unit of its own, or hands it to a pool of sixteen. Requests come one every 5 ms, and
// once 200 at the same moment, three times as many as the limit has room for. Each holds 256 KiB for 50 ms.
#pragma once

#include <cstdint>
#include <deque>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/burst_requests.hpp"
#include "benchmarks/measures/capped_server.hpp"
#include "benchmarks/measures/holding.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info burst_info{
    .name = "burst",
    .question = "What becomes of a burst of requests where memory or tasks are limited, with a pool and without?",
    .from = "the moment for which the burst was planned (outage); the planned time of each request (answers)",
    .to = "the first answer to a request that was planned after the last that failed; the answer",
    .unit = "requests, deaths, ns",
    .method =
        "open loop: 200 requests at one moment, and one every 5 ms before, beside and after them, in a forked server "
        "within a control group of its own: with 16 MiB, the memory of 64 requests, or 64 processes and threads. A "
        "request has failed when its unit could not be made (refused) or was killed (lost); a server that the kernel "
        "kills is forked anew and takes what its predecessor had not taken",
    .source = "each request's own times, CLOCK_MONOTONIC; the control group's counters of kills and refused forks",
    .file = "benchmarks/measures/burst.hpp"};

inline constexpr unsigned requests_of_a_burst = 200;
inline constexpr unsigned pool_of_a_burst = 16;
inline constexpr request_need burst_need{.bytes = std::size_t{256} << 10, .wait_ns = 50'000'000};
/// Each has room for 64 requests or somewhat fewer.
inline constexpr server_caps burst_memory_cap{.memory_bytes = 64 * burst_need.bytes};
inline constexpr server_caps burst_task_cap{.tasks = 64};

inline constexpr std::int64_t burst_moment_ns = 50'000'000;
std::vector<std::int64_t> plan_of_a_burst();

/// A task of a pool.
struct burst_task {
  burst_request one;

  void operator()() const {
    one.serve([](std::int64_t since_ns, std::int64_t delay_ns) { runtime::sleep_until(since_ns + delay_ns); });
  }
};

/// Gives each request that is due a unit of its own.
struct burst_server {
  template <class Unit>
  static void direct(Unit& unit, burst_requests& requests) {
    auto const start = [&unit](burst_request one) {
      return start_held(unit, false, [one](Unit& own) {
        one.serve([&own](std::int64_t since_ns, std::int64_t delay_ns) { wait_since(own, since_ns, delay_ns); });
      });
    };
    std::deque<decltype(start(requests.take()))> under_way;  // those that were started first end first
    while (!requests.all_taken()) {
      std::int64_t const now_ns = runtime::now_ns(), due_ns = requests.next_due_ns();
      if (now_ns < due_ns) wait_since(unit, now_ns, due_ns - now_ns);
      while (!under_way.empty() && !under_way.front().alive()) let_go_of_first(under_way);
      burst_request const one = requests.take();
      try {
        under_way.push_back(start(one));
      } catch (limit_reached const&) {
        one.refuse();
      } catch (std::bad_alloc const&) {
        one.refuse();
      }
    }
    while (!under_way.empty()) let_go_of_first(under_way);
  }

  template <class Turns>
  static typename Turns::unit awaited(Turns& among, burst_requests& requests) {
    while (!requests.all_taken()) {
      std::int64_t const now_ns = runtime::now_ns(), due_ns = requests.next_due_ns();
      if (now_ns < due_ns) co_await among.sleep_since(now_ns, due_ns - now_ns);
      burst_request const one = requests.take();
      try {
        co_await among.start(serving(among, one));
      } catch (std::bad_alloc const&) {
        one.refuse();
      }
    }
  }

  template <class Pool>
  static void pooled(Pool& pool, burst_requests& requests) {
    while (!requests.all_taken()) {
      runtime::sleep_until(requests.next_due_ns());
      pool.apply_async(burst_task{requests.take()});
    }
  }

 private:
  /// A unit that was killed leaves its request unanswered, which is how it shows.
  template <class Held>
  static void let_go_of_first(std::deque<Held>& under_way) {
    Held first = std::move(under_way.front());
    under_way.pop_front();
    try {
      first.join();
    } catch (unit_crashed const&) {
    }
  }

  template <class Turns>
  static typename Turns::unit serving(Turns& among, burst_request one) {
    auto const memory = one.begin();
    co_await among.sleep_since(runtime::now_ns(), one.need.wait_ns);
    one.answer(memory);
  }
};

/// Whether Model's units can serve: they are held by handles, or are tasks of a pool.
template <class Model>
constexpr bool serves_bursts() {
  return holds_units<Model>() || requires { typename Model::verbs; };
}

template <class Model>
void serve_burst(std::vector<int> const& cpus, burst_requests& requests) {
  if constexpr (requires { typename Model::verbs; }) {
    auto chosen = Model::verbs::placed({.workers = pool_of_a_burst, .cpus = cpus});
    chosen.capacity = requests.size();
    typename Model::verbs pool(chosen);
    burst_server::pooled(pool, requests);
    pool.close();
    pool.join();
  } else {
    run_starter<burst_server, Model>({.workers = 1, .cpus = cpus}, requests);
  }
}

/// Proves what became of each request, and that no more memory was held than there may be.
void check_burst(burst_requests const& requests, server_caps const& caps, server_history const& history,
                 harness::measurement& given);
void report_burst(burst_requests const& requests, server_history const& history, harness::measurement& given);

template <class Model>
void measure_burst(server_caps const& caps, harness::measurement& given) {
  auto const cpus = given.first_cpus(2);
  runtime::confine_to(cpus);
  runtime::shared_object<burst_requests> requests(plan_of_a_burst(), burst_need);
  requests->begin();
  auto const history = keep_serving(
      caps, given.patience_ns(), [&] { serve_burst<Model>(cpus, *requests); },
      [&] { requests->lose_what_is_under_way(); });
  check_burst(*requests, caps, history, given);
  report_burst(*requests, history, given);
}

template <class Model>
void add_burst_cases(harness::registry& all) {
  for (auto const& [label, caps] : {std::pair<std::string_view, server_caps>{"limit:memory", burst_memory_cap},
                                    std::pair<std::string_view, server_caps>{"limit:tasks", burst_task_cap}}) {
    auto one = case_of<Model>(burst_info, "requests", joined("burst:" + std::to_string(requests_of_a_burst), label),
                              harness::profile::standard);
    one.cpus_used = 2;
    one.prediction_factor = requires { typename Model::verbs; }
    ? 2.4 : 1.4;  // sixteen at a time take longer
    one.run = [](harness::measurement&) {};
    if constexpr (serves_bursts<Model>())
      one.run = [caps](harness::measurement& given) { measure_burst<Model>(caps, given); };
    else
      one.skip_reason = why_no_handle<Model>();
    all.add(one);
  }
}

}  // namespace unitcost::measures
