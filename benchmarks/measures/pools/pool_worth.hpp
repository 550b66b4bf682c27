// pool_worth: from which length of a task on it does not matter whether a pool runs it.
//
// Two models of one kind, a unit for each task beside a pool whose workers wait for tasks, run the same waves of 16
// tasks by turns in one process. The length of a task rises in half decades from 100 ns, until two lengths in a row
// make no difference, at the latest to 100 ms.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/graphs/grain.hpp"
#include "benchmarks/measures/kernel_iteration.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/pools/advantage_curve.hpp"
#include "benchmarks/measures/side_by_side.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "workloads/cpu/grain.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info pool_worth_info{
    .name = "pool_worth",
    .question = "How short must a task be for a pool to be worth it?",
    .from = "the root unit is handed to the model",
    .to = "the last wave of 16 tasks is joined",
    .unit = "ns, the length of a task; a ratio of times",
    .method =
        "slices of at least 2 ms of either by turns, eight pairs a length, three of long ones; median of the ratios "
        "within pairs; lengths "
        "rise in half decades until two in a row differ by less than 5 %; crossings interpolated in both logarithms",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/pools/pool_worth.hpp"};

inline constexpr double shortest_task_ns = 100, longest_task_ns = 1e8;

/// Calls `advantage(length_ns)`, which returns the time without over the time with the pool, for each length of the
/// sweep.
template <class Advantage>
advantage_curve sweep_task_lengths(Advantage advantage) {
  constexpr double half_decade = 3.1622776601683795;
  advantage_curve curve;
  for (double length_ns = shortest_task_ns; length_ns < longest_task_ns * 1.01; length_ns *= half_decade) {
    curve.push_back(advantage(length_ns));
    if (curve.size() > 1 && indifferent(curve.back().second) && indifferent(curve[curve.size() - 2].second)) break;
  }
  return curve;
}

void report_pool_worth(advantage_curve const& curve, harness::measurement& given);

/// Notes, for a reader who misses one of both lengths.
std::vector<std::string_view> what_was_not_found(advantage_curve const& curve);

/// So many waves that the hand-in of the root, some 30 us where workers sleep, is little of them.
template <class Waves>
unsigned waves_of_a_slice(Waves& waves, std::uint64_t iterations) {
  constexpr std::int64_t long_slice_ns = 2'000'000;
  return static_cast<unsigned>(iterations_in(long_slice_ns, [&](std::uint64_t count) {
    auto const once_ns = [&] {
      return static_cast<std::int64_t>(waves.run_ns(static_cast<unsigned>(count), iterations));
    };
    std::int64_t const first_ns = once_ns();
    // Once may have been cold, or interrupted, if not for so long as ten slices.
    return first_ns < 10 * long_slice_ns ? std::min(first_ns, once_ns()) : first_ns;
  }));
}

/// Of eight pairs, or as many as 0.3 s has room for, three at least. Both are timed_waves, of a model each.
template <class Without, class Pool>
double advantage_of_pool(Without& without, Pool& pool, std::uint64_t iterations) {
  unsigned const waves_without = waves_of_a_slice(without, iterations);
  unsigned const waves_of_pool = waves_of_a_slice(pool, iterations);
  auto const pool_ns = [&] { return pool.run_ns(waves_of_pool, iterations) / waves_of_pool; };
  auto const without_ns = [&] { return without.run_ns(waves_without, iterations) / waves_without; };
  std::vector<std::pair<double, double>> pairs;
  std::int64_t const begun_ns = runtime::now_ns();
  while (pairs.size() < 3 || (pairs.size() < 8 && runtime::now_ns() - begun_ns < 300'000'000)) {
    bool const pool_first = pairs.size() % 2 == 0;
    double const first_ns = pool_first ? pool_ns() : without_ns();
    double const second_ns = pool_first ? without_ns() : pool_ns();
    pairs.emplace_back(pool_first ? second_ns : first_ns, pool_first ? first_ns : second_ns);
  }
  return compare_pairs(pairs).ratio;
}

template <class Model, class Pool>
void measure_pool_worth(unsigned workers, harness::measurement& given) {
  auto const cpus = given.first_cpus(workers);
  runtime::confine_to(cpus);
  double const iteration_ns = kernel_iteration_ns(cpus);
  placement const where{.workers = workers, .cpus = cpus};
  // The pool first: where its workers are processes, they are forked before there are others.
  Pool pool(Pool::variants().front().options, where);
  Model model(Model::variants().front().options, where);
  expected_waves expected;
  timed_waves<Model> without(model, expected, given);
  timed_waves<Pool> with(pool, expected, given);
  report_pool_worth(
      sweep_task_lengths([&](double length_ns) {
        auto const iterations = static_cast<std::uint64_t>(std::max(length_ns / iteration_ns, 1.0));
        return std::pair{static_cast<double>(iterations) * iteration_ns, advantage_of_pool(without, with, iterations)};
      }),
      given);
}

}  // namespace unitcost::measures
