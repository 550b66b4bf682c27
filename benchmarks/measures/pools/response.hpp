// response: how soon a request is answered that gets a unit of its own, or is a task of a pool that is there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/load/arrivals.hpp"
#include "benchmarks/measures/kernel_iteration.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/pools/planned_tasks.hpp"
#include "benchmarks/measures/together.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info response_info{
    .name = "response",
    .question = "How soon is a request answered at a constant rate, by a new unit each or by a pool?",
    .from = "the time for which a request was planned",
    .to = "the end of its handler (response); the handler's first instruction (wait)",
    .unit = "ns",
    .method =
        "open loop: requests are planned as Poisson's process, the same for all models of a repetition; one unit, "
        "which sleeps as units of the model do, starts one for each when it is due, or gives a task to the pool, "
        "whether those before have ended or not. The handler computes for 50 us",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/pools/response.hpp"};

inline constexpr unsigned requests_per_second = 2'000;

/// 1,200 in 0.6 s: p99 takes a thousand.
std::vector<std::int64_t> requests_of(harness::measurement const& given);

void report_response(planned_tasks const& requests, harness::measurement& given);

/// A unit of a direct model that starts others.
struct request_giver {
  template <class Model>
  static void direct(typename Model::context& unit, planned_tasks& requests) {
    std::vector<char> ended(requests.size());
    typename Model::context::scope handlers(unit);
    std::size_t next = 0;
    requests.play(
        [&](std::int64_t when_ns) {
          if constexpr (sleeping<typename Model::context>) {
            std::int64_t const now_ns = runtime::now_ns();
            unit.sleep_since(now_ns, when_ns - now_ns);
          } else {
            runtime::sleep_until(when_ns);
          }
        },
        [&](planned_task body) {
          handlers.spawn(ended[next++], [body](typename Model::context&) {
            body();
            return char{1};
          });
        });
    handlers.join();
  }

  template <class Model>
  static typename Model::turns::unit handler(planned_task body) {
    body();
    co_return;
  }
  /// As planned_tasks::play, which cannot suspend.
  template <class Model>
  static typename Model::turns::unit awaited(typename Model::turns& among, planned_tasks& requests, unsigned) {
    requests.begin();
    for (std::size_t index = 0; index < requests.size(); ++index) {
      std::int64_t const now_ns = runtime::now_ns(), due_ns = requests.due_ns(index);
      if (now_ns < due_ns) co_await among.sleep_since(now_ns, due_ns - now_ns);
      co_await among.start(handler<Model>(requests.body(index)));
    }
  }
};

template <class Pool>
void give_requests(Pool& pool, planned_tasks& requests) {
  requests.play(runtime::sleep_until, [&pool](planned_task body) { pool.apply_async(body); });
  pool.close();
  pool.join();
}

template <class Model>
void answer_requests(placement const& where, planned_tasks& requests) {
  auto const options = Model::variants().front().options;
  if constexpr (requires { typename Model::verbs; }) {
    auto chosen = Model::verbs::placed(where);
    chosen.capacity = requests.size();
    typename Model::verbs pool(chosen);
    give_requests(pool, requests);
  } else if constexpr (requires { typename Model::tasks_from_outside; }) {
    typename Model::tasks_from_outside pool(where);
    give_requests(pool, requests);
  } else if constexpr (turns_model<Model>) {
    run_together<request_giver, Model>(options, where, 1, requests);
  } else {
    auto const root = [all = &requests](typename Model::context& unit) {
      request_giver::direct<Model>(unit, *all);
      return std::uint64_t{1};
    };
    if constexpr (caller_run<Model>)
      Model::run_on_caller(options, where, root);
    else
      Model(options, where).run(root);
  }
}

/// Units that wait beside others take turns on one worker; units that are the kernel's have all CPUs.
template <class Model>
void measure_response(harness::measurement& given) {
  auto const cpus = given.first_cpus(2);
  runtime::confine_to(cpus);
  planned_tasks requests(requests_of(given),
                         task_work{.iterations = static_cast<std::uint64_t>(50'000 / kernel_iteration_ns(cpus))});
  unsigned const workers = takes_turns<Model>() ? 1 : 2;
  answer_requests<Model>({.workers = workers, .cpus = {cpus.begin(), cpus.begin() + workers}}, requests);
  requests.check(given);
  report_response(requests, given);
}

/// Those that give a request a unit of its own while the giver sleeps: kernel's units, and those that take turns; and
/// pools that take a task from outside.
template <class Model>
constexpr bool answers_requests() {
  if constexpr (
      requires { typename Model::verbs; } || requires { typename Model::tasks_from_outside; })
    return true;
  else if constexpr (turns_model<Model>)
    return true;
  else if constexpr (direct_model<Model>)
    return Model::abilities.preemptive || sleeping<typename Model::context>;
  else
    return false;
}

template <class Model>
void add_response_cases(harness::registry& all) {
  if constexpr (answers_requests<Model>()) {
    auto one = case_of<Model>(response_info, "grain", "per_second:" + std::to_string(requests_per_second),
                              harness::profile::standard);
    one.cpus_used = 2;
    one.prediction_factor = 2.2;
    one.run = measure_response<Model>;
    all.add(one);
  }
}

}  // namespace unitcost::measures
