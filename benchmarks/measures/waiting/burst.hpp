// burst: what becomes of many requests at once where memory, or the number of tasks, has a limit.
//
// A server gives each request a unit of its own, or hands it to a pool of 24. Requests come one every 5 ms, and
// once 200 at the same moment, three times as many as the limit has room for. Each holds 256 KiB for 50 ms.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/holding.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/waiting/burst_requests.hpp"
#include "benchmarks/measures/waiting/capped_server.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/kernel_refusal.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info burst_info{
    .name = "burst",
    .question = "What becomes of a burst of requests where memory or tasks are limited, with a pool and without?",
    .from = "the moment for which the burst was planned",
    .to =
        "the planned time of the last request that failed (failing); the first answer to a request that was planned "
        "after the last that a dead server took with it (outage)",
    .unit = "requests, deaths, ns",
    .method =
        "open loop: 200 requests at one moment, and one every 5 ms before, beside and after them, in a forked server "
        "within a control group of its own: with 16 MiB, the memory of 64 requests, or 64 processes and threads. A "
        "request has failed when its unit could not be made (refused) or was killed (lost); a server that the kernel "
        "kills is forked anew and takes what its predecessor had not taken",
    .source = "each request's own times, CLOCK_MONOTONIC; the control group's counters of kills and refused forks",
    .file = "benchmarks/measures/waiting/burst.hpp"};

inline constexpr unsigned requests_of_a_burst = 200;
inline constexpr unsigned pool_of_a_burst = 24;
/// For those that wait for the pool: with it, the pool has some hundred KiB. More wait where they come from.
inline constexpr std::size_t room_of_a_pool = 512;
inline constexpr request_need burst_need{.bytes = std::size_t{256} << 10, .wait_ns = 50'000'000};
inline constexpr server_caps burst_memory_cap{.memory_bytes = 64 * burst_need.bytes};
inline constexpr server_caps burst_task_cap{.tasks = 64};

/// What a server without a pool is allowed, and allows itself. The last is a pool's bound without a pool: what of a
/// pool's fate is the bound's.
inline constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();
struct burst_setting {
  std::string_view label;
  server_caps caps;
  std::size_t most_under_way;
};
inline constexpr std::array<burst_setting, 3> burst_settings{{
    {"limit:memory", burst_memory_cap, unbounded},
    {"limit:tasks", burst_task_cap, unbounded},
    {"limit:memory/at_most:24", burst_memory_cap, pool_of_a_burst},
}};

inline constexpr std::int64_t burst_moment_ns = 50'000'000;
std::vector<std::int64_t> plan_of_a_burst();
/// So many at one moment, and one every `gap_ns` from 0 to `duration_ns`.
struct burst_plan {
  std::size_t requests;
  std::int64_t moment_ns, gap_ns, duration_ns;
};
std::vector<std::int64_t> planned_burst(burst_plan const& plan);

/// Calls `start()`, which makes a unit for `one`. Where there can be none, it is refused.
template <class Start>
void start_or_refuse(burst_request const& one, Start start) {
  try {
    start();
  } catch (runtime::kernel_refusal const& refusal) {
    one.refuse(refusal.error);
  } catch (limit_reached const&) {
    one.refuse(0);
  } catch (std::bad_alloc const&) {
    one.refuse(ENOMEM);  // what malloc says then, and what of an allocator is not malloc's says mmap
  }
}

/// A task of a pool.
struct burst_task {
  burst_request one;

  void operator()() const {
    one.serve([](std::int64_t since_ns, std::int64_t delay_ns) { runtime::sleep_until(since_ns + delay_ns); });
  }
};

/// How a server takes requests: how many it has under way at most, if it has no pool, and after how many that are due
/// it looks for others who are ready. That is a sleep of no length, which takes some 70 us, most of it the timers'
/// slack.
struct burst_manner {
  std::size_t most_under_way = unbounded;
  std::size_t most_in_a_row = 1;
};

/// A server, to the last of all requests.
struct burst_server {
  burst_requests& requests;
  burst_manner manner;

  /// Gives each request that is due a unit of its own. Between them the server gives its turn away, as one does that
  /// accepts connections in a reactor beside others, or units that share its thread would never run while one is due.
  template <class Unit>
  static void direct(Unit& unit, burst_server& own) {
    auto const start = [&unit](burst_request one) {
      return start_held(unit, false, [one](Unit& self) {
        one.serve([&self](std::int64_t since_ns, std::int64_t delay_ns) { wait_since(self, since_ns, delay_ns); });
      });
    };
    std::deque<under_way<decltype(start(own.requests.take()))>> started;  // who was started first ends first
    auto const let_go_of_first = [&started] {
      auto first = std::move(started.front());
      started.pop_front();
      try {
        first.held.join();
      } catch (unit_crashed const&) {
        first.request.miss();
      }
    };
    for (std::size_t taken = 1; !own.requests.all_taken(); ++taken) {
      std::int64_t const now_ns = runtime::now_ns(), left_ns = own.due_in_ns(now_ns);
      if (own.looks_around(taken, left_ns)) wait_since(unit, now_ns, left_ns);
      while (!started.empty() && (started.size() >= own.manner.most_under_way || !started.front().held.alive()))
        let_go_of_first();
      burst_request const one = own.requests.take();
      start_or_refuse(one, [&] { started.push_back({start(one), one}); });
    }
    while (!started.empty()) let_go_of_first();
  }

  template <class Turns>
  static typename Turns::unit awaited(Turns& among, burst_server& own) {
    std::deque<decltype(among.hold({}, serving(among, own.requests.take())))> started;
    for (std::size_t taken = 1; !own.requests.all_taken(); ++taken) {
      std::int64_t const now_ns = runtime::now_ns(), left_ns = own.due_in_ns(now_ns);
      if (own.looks_around(taken, left_ns)) co_await among.sleep_since(now_ns, left_ns);
      while (!started.empty() && (started.size() >= own.manner.most_under_way || !started.front().alive())) {
        co_await started.front().join();
        started.pop_front();
      }
      burst_request const one = own.requests.take();
      start_or_refuse(one,
                      [&] { started.push_back(among.hold({.name = std::string(held_name)}, serving(among, one))); });
    }
  }

  /// Hands each request that is due to the pool, to its end; while the pool has no room, requests wait where they come
  /// from. What becomes of a task its handle tells: a worker that is killed takes one with it.
  template <class Pool>
  static void pooled(Pool& pool, burst_server& own) {
    std::deque<under_way<decltype(pool.apply_async(burst_task{own.requests.take()}))>> given;
    auto const let_go_of_first = [&given] {
      auto const first = std::move(given.front());
      given.pop_front();
      try {
        first.held.get();
      } catch (unit_crashed const&) {
        first.request.miss();
      }
    };
    for (std::size_t taken = 1; !own.requests.all_taken(); ++taken) {
      if (own.looks_around(taken, own.due_in_ns(runtime::now_ns()))) runtime::sleep_until(own.requests.next_due_ns());
      while (!given.empty() && given.front().held.ready()) let_go_of_first();
      burst_request const one = own.requests.take();
      given.push_back({pool.apply_async(burst_task{one}), one});
    }
    pool.close();
    pool.join();
    while (!given.empty()) let_go_of_first();
  }

 private:
  /// In how long; 0: it is.
  std::int64_t due_in_ns(std::int64_t now_ns) const {
    return std::max<std::int64_t>(requests.next_due_ns() - now_ns, 0);
  }
  bool looks_around(std::size_t taken, std::int64_t left_ns) const {
    return left_ns > 0 || taken % manner.most_in_a_row == 0;
  }

  template <class Held>
  struct under_way {
    Held held;
    burst_request request;
  };

  template <class Turns>
  static typename Turns::held_unit serving(Turns& among, burst_request one) {
    auto const memory = one.begin();
    std::int64_t const now_ns = runtime::now_ns();
    co_await among.sleep_since(now_ns, one.wait_ns(now_ns));
    one.answer(memory);
  }
};

/// Whether Model's units can serve: they are held by handles, or are tasks of a pool.
template <class Model>
constexpr bool serves_bursts() {
  return holds_units<Model>() || requires { typename Model::verbs; };
}

/// Whether each request that is held has a task of the kernel's to itself.
template <class Model>
constexpr bool serves_by_tasks() {
  return Model::abilities.preemptive;
}

template <class Model>
void serve_burst(std::vector<int> const& cpus, burst_manner const& manner, burst_requests& requests) {
  burst_server own{requests, manner};
  if constexpr (requires { typename Model::verbs; }) {
    auto chosen = Model::verbs::placed({.workers = pool_of_a_burst, .cpus = cpus});
    chosen.capacity = std::min(requests.size(), room_of_a_pool);
    typename Model::verbs pool(chosen);
    burst_server::pooled(pool, own);
  } else {
    run_starter<burst_server, Model>({.workers = 1, .cpus = cpus}, own);
  }
}

/// Proves what became of each request, and that no more was held than there may be: memory, and tasks where each
/// request has one (`by_tasks`).
void check_burst(burst_requests const& requests, server_caps const& caps, bool by_tasks, server_history const& history,
                 harness::measurement& given);
/// What became of them. `in_time_ns`: from the planned time.
void report_fates(burst_requests const& requests, server_history const& history, std::int64_t in_time_ns,
                  harness::measurement& given);
void report_burst(burst_requests const& requests, server_history const& history, harness::measurement& given);

template <class Model>
void measure_burst(burst_setting const& setting, harness::measurement& given) {
  auto const cpus = given.first_cpus(2);
  runtime::confine_to(cpus);
  runtime::shared_object<burst_requests> requests(plan_of_a_burst(), burst_need);
  auto const serve = [&] {
    requests->begin_once();
    serve_burst<Model>(cpus, {.most_under_way = setting.most_under_way}, *requests);
  };
  auto const history =
      keep_serving(setting.caps, given.patience_ns(), serve, [&] { requests->lose_what_is_under_way(); });
  check_burst(*requests, setting.caps, serves_by_tasks<Model>(), history, given);
  report_burst(*requests, history, given);
}

template <class Model>
void add_burst_cases(harness::registry& all) {
  constexpr bool pool = requires { typename Model::verbs; };
  for (burst_setting const& setting : burst_settings) {
    if (pool && setting.most_under_way != unbounded) continue;
    auto one =
        case_of<Model>(burst_info, "requests", joined("burst:" + std::to_string(requests_of_a_burst), setting.label),
                       harness::profile::standard);
    one.cpus_used = 2;
    one.prediction_factor = pool || setting.most_under_way != unbounded ? 1.8 : 1.4;  // so many at a time take longer
    one.run = [](harness::measurement&) {};
    if constexpr (serves_bursts<Model>())
      one.run = [&setting](harness::measurement& given) { measure_burst<Model>(setting, given); };
    else
      one.skip_reason = why_no_handle<Model>();
    all.add(one);
  }
}

}  // namespace unitcost::measures
