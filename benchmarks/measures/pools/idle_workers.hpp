// idle_workers: what workers cost while there is no work, and how fast they are back when there is.
//
// A worker that keeps looking is back at once and takes a core from everybody else; one that sleeps costs nothing and
// has to be woken by the kernel. Both are measured, and the waking beside a bare futex, from the same CPU to the same
// other CPU, after the same pause: a CPU that has been idle for milliseconds takes longer to come back.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/machine/worker_usage.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/graphs/throughput.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/pools/futex_sleeper.hpp"
#include "benchmarks/measures/side_by_side.hpp"
#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/pinning.hpp"
#include "impl/runtime/shared_region.hpp"
#include "workloads/cpu/fib.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info idle_workers_info{
    .name = "idle_workers",
    .question = "What does a worker cost while it has no work, and how long does it take to be back?",
    .from = "1 ms after the last unit has ended (CPU time); just before work is handed in, 2 ms after the last (wake)",
    .to = "a third of the measuring time later (CPU time); the first instruction of the unit on the worker (wake)",
    .unit =
        "a share of one core per worker; ns; the ratio to a bare futex and the wake-ups per hand-in as plain numbers",
    .method =
        "CPU clocks of two workers before and after a pause; then single roots, handed in from one CPU to a worker on "
        "another, alternating with a thread that sleeps on a futex there: medians, and the median of the ratio of "
        "neighbours. Where the caller is a worker itself, the root spawns a unit for the other. Nothing is subtracted",
    .source = "the CPU clocks of process, thread and child processes; CLOCK_MONOTONIC; voluntary context switches",
    .file = "benchmarks/measures/pools/idle_workers.hpp"};

/// Where and when a unit began.
struct arrival {
  std::int64_t at_ns;
  std::int64_t thread;

  static arrival here_and_now();
};

template <class Model>
typename Model::template task<arrival> arriving_unit() {
  co_return arrival::here_and_now();
}

/// Hands in one root and waits for its end.
template <class Model>
arrival hand_in(Model& instance) {
  if constexpr (awaited_model<Model>)
    return instance.run(arriving_unit<Model>());
  else
    return instance.run([](typename Model::context&) { return arrival::here_and_now(); });
}

/// What a caller who is a worker himself spawns for another one to take.
struct spawned_work {
  std::int64_t called_ns = 0;
  std::atomic<bool> taken{false};
};

/// The root keeps its worker busy until its child has begun. Gives up after a second, and runs the child itself.
template <class Context>
arrival spawn_for_another(Context& context, spawned_work& work) {
  arrival child{};
  typename Context::scope children(context);
  children.spawn(child, [work = &work](Context&) {
    arrival const here = arrival::here_and_now();
    work->taken.store(true, std::memory_order_release);
    return here;
  });
  while (!work.taken.load(std::memory_order_acquire) && runtime::now_ns() - work.called_ns < 1'000'000'000) {
  }
  children.join();
  return child;
}

struct wake {
  std::int64_t latency_ns = 0;
  bool by_another = false;  ///< not by the caller itself
};

template <class Model>
wake wake_worker(Model& instance, bool caller_works, spawned_work& work) {
  arrival got{};
  work.called_ns = runtime::now_ns();
  if constexpr (direct_model<Model>) {
    if (caller_works) {
      work.taken.store(false, std::memory_order_relaxed);
      got = instance.run([work = &work](typename Model::context& root) { return spawn_for_another(root, *work); });
    } else {
      got = hand_in(instance);
    }
  } else {
    got = hand_in(instance);
  }
  return {got.at_ns - work.called_ns, got.thread != arrival::here_and_now().thread && got.at_ns >= work.called_ns};
}

struct idleness {
  std::uint64_t workers = 0;
  double cpu_share = 0;          ///< of one core, of each worker
  double wakes_per_hand_in = 0;  ///< of all workers together
};

/// The share of one core that each worker took between two readings `elapsed_ns` apart.
double cpu_share(harness::worker_usage const& before, harness::worker_usage const& after, std::int64_t elapsed_ns);

/// Watches the workers, whoever they are, for `window_s` in which the caller sleeps.
double cpu_share_during(double window_s);

inline void pause_ms(int length) { std::this_thread::sleep_for(std::chrono::milliseconds(length)); }

inline constexpr std::uint64_t hand_ins_counted = 8;

/// How often workers were woken for each of some roots handed in one by one. Each had gone to sleep before the next.
template <class Model>
double wakes_per_hand_in(Model& instance, bool caller_works, spawned_work& work, harness::measurement& given) {
  auto const before = harness::read_worker_usage();
  std::uint64_t woken = 0;
  for (std::uint64_t count = 0; count < hand_ins_counted; ++count) {
    woken += wake_worker(instance, caller_works, work).by_another;
    pause_ms(2);
  }
  given.check(woken, hand_ins_counted, 0, 0);
  return static_cast<double>(harness::read_worker_usage().sleeps - before.sleeps) / hand_ins_counted;
}

/// Pairs of (ours, futex) for `measuring_s`, eight at least.
template <class Model>
std::vector<std::pair<double, double>> time_wakes(Model& instance, futex_sleeper& bare, bool caller_works,
                                                  spawned_work& work, double measuring_s, harness::measurement& given) {
  std::vector<std::pair<double, double>> pairs;
  std::uint64_t woken = 0;
  std::int64_t const deadline_ns = runtime::now_ns() + static_cast<std::int64_t>(measuring_s * 1e9);
  while (pairs.size() < 8 || runtime::now_ns() < deadline_ns) {
    pause_ms(2);
    wake const ours = wake_worker(instance, caller_works, work);
    pause_ms(2);
    pairs.emplace_back(ours.latency_ns, bare.wake());
    woken += ours.by_another;
  }
  given.check(woken, pairs.size(), 0, 0);
  return pairs;
}

void report_idle_workers(idleness const& idle, side_by_side const& wakes, harness::measurement& given);

template <class Model>
void measure_idle_workers(harness::measurement& given) {
  auto const cpus = given.first_cpus(2);
  runtime::confine_to(cpus);
  auto const options = Model::variants().front().options;
  runtime::shared_object<spawned_work> work;
  idleness idle;
  bool caller_works = false;
  {
    Model both(options, {.workers = 2, .cpus = cpus});
    workloads::fib::parameters const in{.n = 18, .spawn_depth = 5};
    outcome const expected = workloads::fib::oracle(in), got = run_graph<workloads::fib>(both, in);
    given.check(got.units, expected.units, got.checksum, expected.checksum);
    pause_ms(1);
    idle.workers = harness::read_worker_usage().workers;
    if (idle.workers == 0) throw std::runtime_error(std::string(Model::name) + " has lost its workers, or keeps none");
    idle.cpu_share = cpu_share_during(std::min(given.measuring_s() / 3, 0.2));
    caller_works = hand_in(both).thread == arrival::here_and_now().thread;
    idle.wakes_per_hand_in = wakes_per_hand_in(both, caller_works, *work, given);
  }
  Model one(options, caller_works ? placement{.workers = 2, .cpus = cpus} : placement{.workers = 1, .cpus = {cpus[1]}});
  runtime::pin_to(cpus, 0);  // after that: threads of a library that does not pin would inherit it
  futex_sleeper bare(cpus[1]);
  auto const pairs = time_wakes(one, bare, caller_works, *work, given.measuring_s() / 4, given);
  report_idle_workers(idle, compare_pairs(pairs), given);
}

template <class Model>
void add_idle_workers_case(harness::registry& all) {
  auto one = case_of<Model>(idle_workers_info, "idle", "workers:2", harness::profile::standard);
  one.cpus_used = 2;
  one.prediction_factor = 0.5;
  if (!Model::abilities.parallel)
    one.skip_reason = std::string(Model::name) + " has no workers";
  else if (Model::abilities.preemptive && !pool_model<Model>)
    one.skip_reason = std::string(Model::name) + " makes its units anew: none stays without work";
  else
    one.skip_reason = why_no_unit_forks<Model>();
  one.run = [](harness::measurement&) {};
  if constexpr (why_no_unit_forks<Model>().empty()) one.run = measure_idle_workers<Model>;
  all.add(one);
}

}  // namespace unitcost::measures
