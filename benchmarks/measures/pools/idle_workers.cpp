#include "benchmarks/measures/pools/idle_workers.hpp"

#include <unistd.h>

#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

arrival arrival::here_and_now() { return {runtime::now_ns(), ::gettid()}; }

double cpu_share(harness::worker_usage const& before, harness::worker_usage const& after, std::int64_t elapsed_ns) {
  double const used_ns = static_cast<double>(after.cpu_ns - before.cpu_ns);
  return used_ns / static_cast<double>(elapsed_ns) / static_cast<double>(before.workers);
}

double cpu_share_during(double window_s) {
  std::int64_t const begun_ns = runtime::now_ns();
  auto const before = harness::read_worker_usage();
  std::this_thread::sleep_for(std::chrono::duration<double>(window_s));
  auto const after = harness::read_worker_usage();
  return cpu_share(before, after, runtime::now_ns() - begun_ns);
}

void report_idle_workers(idleness const& idle, side_by_side const& wakes, harness::measurement& given) {
  auto report = [&](std::string name, std::string label, double value, std::string unit, std::uint64_t samples,
                    std::string source) {
    given.report({.name = std::move(name),
                  .label = std::move(label),
                  .value = value,
                  .unit = std::move(unit),
                  .samples = samples},
                 std::move(source));
  };
  report("idle_cpu_share", "CPU time of a worker without work, of one core", idle.cpu_share, "1", 1,
         "CPU clocks of the process less the caller's, and of its children");
  report("wakes_per_hand_in", "wake-ups of workers per piece of work", idle.wakes_per_hand_in, "1", hand_ins_counted,
         "voluntary context switches of the workers");
  report("wake_latency_ns", "from the hand-in to the unit on a sleeping worker", wakes.ours_ns, "ns", wakes.pairs,
         "CLOCK_MONOTONIC, median");
  report("futex_wake_ns", "from futex(2) to the woken thread", wakes.bare_ns, "ns", wakes.pairs,
         "CLOCK_MONOTONIC, median");
  report("ratio_to_futex", "wake of a worker / wake by a bare futex", wakes.ratio, "1", wakes.pairs,
         "median over pairs of neighbouring wakes");
}

void add_idle_workers(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_idle_workers_case<Model>(all); });
}

}  // namespace unitcost::measures
