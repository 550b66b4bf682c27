#include "benchmarks/measures/kernel_iteration.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "benchmarks/harness/records/statistics.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/posix_thread.hpp"
#include "workloads/cpu/grain.hpp"

namespace unitcost::measures {
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

}  // namespace unitcost::measures
