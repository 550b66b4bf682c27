#include "benchmarks/measures/graphs/grain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>

#include "benchmarks/harness/records/statistics.hpp"
#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"
#include "impl/runtime/posix_thread.hpp"

namespace unitcost::measures {

double grid_length_below(double length_ns) {
  constexpr double shortest_ns = 6.25;
  double length = shortest_ns;
  while (length * 2 < length_ns) length *= 2;
  return length;
}

unsigned waves_in(double run_ns, double wave_ns) {
  return static_cast<unsigned>(std::clamp(run_ns / std::max(wave_ns, 1.0), 1.0, 512.0));
}

namespace {

/// The median of several stretches on the calling thread.
double stretch_iteration_ns() {
  constexpr std::uint64_t iterations = 200'000;
  std::vector<double> costs;
  std::uint64_t seed = 1;
  for (int stretch = 0; stretch < 9; ++stretch) {
    std::int64_t const begun = runtime::now_ns();
    seed = workloads::grain::kernel(seed, iterations);
    costs.push_back(static_cast<double>(runtime::now_ns() - begun) / iterations);
  }
  return harness::median(costs);
}

}  // namespace

double kernel_iteration_ns(std::vector<int> const& cpus) {
  std::atomic<std::size_t> started{0}, measured{0};
  std::vector<double> costs(cpus.size());
  // Relaxed: the counts only make the threads overlap; joining orders the costs.
  auto const keep_busy_until_all = [&](std::atomic<std::size_t>& arrived) {
    arrived.fetch_add(1, std::memory_order_relaxed);
    for (std::uint64_t seed = 1; arrived.load(std::memory_order_relaxed) < cpus.size();)
      seed = workloads::grain::kernel(seed, 1000);
  };
  std::vector<runtime::posix_thread> threads;
  for (std::size_t index = 0; index < cpus.size(); ++index)
    threads.emplace_back(runtime::thread_attributes{.cpu = cpus[index]}, [&, index] {
      keep_busy_until_all(started);
      costs[index] = stretch_iteration_ns();
      keep_busy_until_all(measured);
    });
  threads.clear();
  double rate = 0;
  for (double cost : costs) rate += 1 / cost;
  return static_cast<double>(cpus.size()) / rate;
}

void report_grain(efficiency_curve const& curve, harness::measurement& given) {
  given.report(
      harness::series{"efficiency", "share of the possible rate", "task length", "ns", "efficiency", "1", curve});
  auto const crossing = crossing_of_half(curve);
  if (!crossing)
    throw limit_reached(
        fmt::format("half of the possible rate was not crossed between tasks of {:.0f} and {:.0f} ns; give "
                    "it a longer profile",
                    curve.empty() ? 0 : curve.front().first, curve.empty() ? 0 : curve.back().first));
  given.report({.name = "minimum_effective_grain_ns",
                .label = "shortest task worth a unit (METG 50 %)",
                .value = *crossing,
                .unit = "ns",
                .better = harness::direction::smaller,
                .samples = curve.size()},
               "CLOCK_MONOTONIC, median of three runs per length, of nine around the crossing");
}

void add_grain(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_grain_cases<Model>(all); });
}

}  // namespace unitcost::measures
