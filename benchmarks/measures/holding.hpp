// Units that are held by handles, whichever spelling their model has: the ground of the measures of handles.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/model.hpp"
#include "impl/pools/task_giver.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::measures {

/// Whether units of Model hold others: directly, in turns, or as whoever gives tasks to a pool does.
template <class Model>
constexpr bool holds_units() {
  if constexpr (turns_model<Model>)
    return holding_turns_model<Model>;
  else
    return holding<typename Model::context> || (requires { typename Model::verbs; } && Model::abilities.shares_memory);
}

/// Why no unit of Model is held; empty where they are.
template <class Model>
constexpr std::string_view why_no_handle() {
  if constexpr (holds_units<Model>())
    return {};
  else if constexpr (requires { Model::why_no_handle; })
    return Model::why_no_handle;
  else
    return "its units are joined by their scope, and without a time-out: it has no handle of one";
}

/// Whether a held unit is somebody, who has a name.
template <class Model>
constexpr bool has_identity() {
  if constexpr (turns_model<Model>)
    return true;
  else
    return holding<typename Model::context>;
}

/// Why no held unit of Model is a daemon; empty where it may be.
template <class Model>
constexpr std::string_view why_no_daemon() {
  if constexpr (requires { Model::why_no_daemon; })
    return Model::why_no_daemon;
  else if constexpr (!has_identity<Model>())
    return "a pool waits for all tasks that have begun: none is a daemon";
  else
    return {};
}

inline constexpr std::string_view held_name = "held";

template <class Unit, class Body>
auto start_held(Unit& unit, bool daemon, Body body) {
  if constexpr (holding<Unit>)
    return unit.start({.name = std::string(held_name), .daemon = daemon}, body);
  else
    return unit.start(body);
}

/// One who is neither a kernel thread nor holds one until it ends lets others run meanwhile.
template <class Unit>
void wait_since(Unit& unit, std::int64_t since_ns, std::int64_t delay_ns) {
  if constexpr (sleeping<Unit>)
    unit.sleep_since(since_ns, delay_ns);
  else
    runtime::sleep_until(since_ns + delay_ns);
}

/// Runs one that starts units and holds them, to its end. `shared` is what they have in common, in memory that is
/// mapped shared. What it does is
///
///   Body::direct(context&, Shared&), under a pool of verbs direct(pools::task_giver&, Shared&), or the coroutine
///   Body::awaited(Model::turns&, Shared&) -> Model::turns::unit
template <class Body, class Model, class Shared>
void run_starter(placement const& where, Shared& shared) {
  if constexpr (turns_model<Model>) {
    Model::turns::run(where, 1, [&shared](typename Model::turns& among, unsigned) {
      return Body::template awaited<typename Model::turns>(among, shared);
    });
  } else if constexpr (!holding<typename Model::context>) {
    typename Model::verbs pool({.threads = where.workers, .cpus = where.cpus});
    pools::task_giver giver{pool};
    Body::direct(giver, shared);
  } else {
    auto const root = [all = &shared](typename Model::context& unit) {
      Body::direct(unit, *all);
      return std::uint64_t{1};
    };
    auto const options = Model::variants().front().options;
    if constexpr (caller_run<Model>)
      Model::run_on_caller(options, where, root);
    else
      Model(options, where).run(root);
  }
}

/// A case of handles on one CPU, still without its function where units of Model are held.
template <class Model>
harness::benchmark_case handle_case_of(harness::measure_info const& info, std::string_view workload,
                                       double prediction_factor) {
  auto one = case_of<Model>(info, workload, "", harness::profile::standard);
  one.cpus_used = 1;
  one.prediction_factor = prediction_factor;
  one.skip_reason = why_no_handle<Model>();
  one.run = [](harness::measurement&) {};
  return one;
}

}  // namespace unitcost::measures
