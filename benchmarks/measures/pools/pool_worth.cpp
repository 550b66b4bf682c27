#include "benchmarks/measures/pools/pool_worth.hpp"

#include <algorithm>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/together.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

void report_pool_worth(advantage_curve const& curve, harness::measurement& given) {
  given.report(
      harness::series{"advantage", "time without the pool / with it", "task length", "ns", "ratio", "1", curve});
  auto const report = [&](std::string name, std::string label, double value, std::string unit) {
    given.report({.name = std::move(name),
                  .label = std::move(label),
                  .value = value,
                  .unit = std::move(unit),
                  .better = harness::direction::neither,  // than the units beside it, or the other way round
                  .samples = curve.size()},
                 "CLOCK_MONOTONIC, median of three to eight pairs per length");
  };
  report("shortest_task_ratio", "time without the pool / with it, tasks of 100 ns", curve.front().second, "1");
  if (auto const equal = equal_cost_ns(curve))
    report("equal_cost_ns", "task length at which both cost the same", *equal, "ns");
  if (auto const from = indifferent_from_ns(curve))
    report("indifferent_from_ns", "task length from which both differ by less than 5 %", *from, "ns");
  for (std::string_view const said : what_was_not_found(curve)) given.note(std::string(said));
}

std::vector<std::string_view> what_was_not_found(advantage_curve const& curve) {
  auto const differing = [&curve](auto holds) {
    return std::ranges::any_of(
        curve, [&holds](auto const& point) { return !indifferent(point.second) && holds(point.second); });
  };
  bool const pool_cheaper = differing([](double ratio) { return ratio > 1; });
  bool const pool_dearer = differing([](double ratio) { return ratio < 1; });
  if (!pool_cheaper && !pool_dearer) return {"both differ by less than 5 % at all lengths"};
  std::vector<std::string_view> said;
  if (!pool_dearer) said.push_back("the unit for each task is cheaper at no length");
  if (!pool_cheaper) said.push_back("the pool is cheaper at no length");
  if (!indifferent(curve.back().second)) said.push_back("both differ by 5 % or more at the longest tasks still");
  return said;
}

namespace {

/// Units that go on beside each other, each by itself: what one would make for each task. Tasks of tbb can be suspended
/// and are such units; those of openmp are tasks of a pool.
template <class Model>
constexpr bool a_unit_for_each_task() {
  return !pool_model<Model> && (Model::abilities.preemptive || takes_turns<Model>());
}

/// Beside a pool whose workers are what that unit is made of: processes, or threads of one.
template <class Model, class Pool>
constexpr bool comparable() {
  return Model::abilities.parallel && why_no_graph<Model>().empty() && a_unit_for_each_task<Model>() &&
         pool_model<Pool> && Model::abilities.shares_memory == Pool::abilities.shares_memory;
}

/// The dearer a unit, the longer the tasks to which the sweep goes on: a process costs 0.3 ms, a thread 20 us.
template <class Model>
constexpr double prediction_factor() {
  return !Model::abilities.shares_memory ? 48 : Model::abilities.preemptive ? 17 : 3;
}

template <class Model, class Pool>
void add_pair(harness::registry& all) {
  for (unsigned workers : all.settings().workers) {
    if (workers == 1 && all.settings().workers.size() > 1) continue;  // a pool of one is no pool
    auto one = case_of<Model>(pool_worth_info, "grain",
                              joined("beside:" + std::string(Pool::name), "workers:" + std::to_string(workers)),
                              workers <= 2 ? harness::profile::standard : harness::profile::full);
    one.cpus_used = workers;
    hold_short_if_late(one);
    // Pairs that came with a peer: each takes as long as ten cases of others.
    if (Model::name == "std_async" || Pool::name == "asio_pool") one.least = harness::profile::full;
    one.prediction_factor = prediction_factor<Model>();
    one.run = [workers](harness::measurement& given) { measure_pool_worth<Model, Pool>(workers, given); };
    all.add(one);
  }
}

}  // namespace

void add_pool_worth(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() {
    for_each_model(all_models{}, [&]<class Pool>() {
      if constexpr (comparable<Model, Pool>()) add_pair<Model, Pool>(all);
    });
  });
}

}  // namespace unitcost::measures
