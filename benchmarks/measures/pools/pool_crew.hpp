// pool_crew: what the workers of a pool are: how fast they are there, whether they stay the same, and with which stack
// and priority they run.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info pool_crew_info{
    .name = "pool_crew",
    .question = "What are a pool's workers, when are they there, and do they stay?",
    .from = "the pool is made",
    .to = "as many tasks as it has workers have all begun, each on its own",
    .unit = "ns per worker; a share of workers; bytes; a nice value",
    .method =
        "a pool of 32 is given 32 tasks that none leaves before all are there; then 10,000 short tasks; then 32 such "
        "tasks again. A worker that is met in both is the same. Its stack is what pthread_getattr_np(3) says, its "
        "priority what getpriority(2) says, over those of a thread that nobody chose anything for",
    .source = "CLOCK_MONOTONIC; the kernel's ids of threads",
    .file = "benchmarks/measures/pools/pool_crew.hpp"};

inline constexpr unsigned workers_of_the_crew = 32;

/// What a worker says of itself.
struct worker_facts {
  int thread_id = 0;
  std::uint64_t stack_bytes = 0;
  int nice = 0;
};
/// Of the calling thread.
worker_facts facts_of_this_thread();

/// Where as many tasks meet as there are workers, so that each is met once. In memory that processes share.
class roll_call {
 public:
  roll_call() : facts_(workers_of_the_crew) {}

  /// The task's part. Returns when all are there.
  void answer();
  std::vector<worker_facts> facts() const { return {facts_.begin(), facts_.end()}; }

 private:
  struct counters {
    std::atomic<std::uint32_t> next{0};
    runtime::futex_word all_there{0};
  };
  runtime::shared_array<worker_facts> facts_;
  runtime::shared_object<counters> count_;
};

/// Of all workers, the share that was there before and is there after.
double same_share(std::vector<worker_facts> const& before, std::vector<worker_facts> const& after);

void report_pool_crew(double ready_ns, std::vector<worker_facts> const& before, std::vector<worker_facts> const& after,
                      worker_facts const& unchosen, harness::measurement& given);

template <class Pool>
void call_roll(Pool& pool, roll_call& roll) {
  auto const answer = [on = &roll] {
    on->answer();
    return 0;
  };
  for (unsigned worker = 1; worker < workers_of_the_crew; ++worker) pool.apply_async(answer);
  pool.apply(answer);
}

template <class Pool>
void measure_pool_crew(harness::measurement& given) {
  roll_call before, after;
  std::int64_t const begun_ns = runtime::now_ns();
  Pool pool(Pool::placed({.workers = workers_of_the_crew, .cpus = {}}));
  call_roll(pool, before);
  auto const ready_ns = static_cast<double>(runtime::now_ns() - begun_ns);
  for (unsigned task = 0; task < 10'000; ++task) pool.apply_async([] { return 0; });
  call_roll(pool, after);
  pool.close();
  pool.join();
  report_pool_crew(ready_ns, before.facts(), after.facts(), facts_of_this_thread(), given);
}

template <class Model>
void add_pool_crew_cases(harness::registry& all) {
  if constexpr (requires { typename Model::verbs; }) {
    auto one = case_of<Model>(pool_crew_info, "idle", "pool:" + std::to_string(workers_of_the_crew),
                              harness::profile::standard);
    one.run = measure_pool_crew<typename Model::verbs>;
    all.add(one);
  }
}

}  // namespace unitcost::measures
