#include "benchmarks/measures/pools/pool_crew.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <system_error>

#include "benchmarks/measures/all.hpp"
#include "impl/all.hpp"

namespace unitcost::measures {

worker_facts facts_of_this_thread() {
  pthread_attr_t attributes;
  if (int const error = ::pthread_getattr_np(::pthread_self(), &attributes); error != 0)
    throw std::system_error(error, std::generic_category(), "pthread_getattr_np");
  std::size_t stack_bytes = 0;
  ::pthread_attr_getstacksize(&attributes, &stack_bytes);
  ::pthread_attr_destroy(&attributes);
  int const thread_id = ::gettid();
  return {.thread_id = thread_id,
          .stack_bytes = stack_bytes,
          .nice = ::getpriority(PRIO_PROCESS, static_cast<id_t>(thread_id))};
}

void roll_call::answer() {
  // Acquire and release: whoever is told that all are there sees what each has written.
  std::uint32_t const place = count_->next.fetch_add(1, std::memory_order_acq_rel);
  facts_[place] = facts_of_this_thread();
  if (count_->all_there.fetch_add(1, std::memory_order_acq_rel) + 1 == workers_of_the_crew)
    return runtime::futex_wake(count_->all_there);
  for (std::uint32_t there = count_->all_there.load(std::memory_order_acquire); there < workers_of_the_crew;
       there = count_->all_there.load(std::memory_order_acquire))
    runtime::futex_wait(count_->all_there, there);
}

double same_share(std::vector<worker_facts> const& before, std::vector<worker_facts> const& after) {
  auto const same = std::ranges::count_if(before, [&after](worker_facts const& each) {
    return std::ranges::find(after, each.thread_id, &worker_facts::thread_id) != after.end();
  });
  return static_cast<double>(same) / static_cast<double>(before.size());
}

void report_pool_crew(double ready_ns, std::vector<worker_facts> const& before, std::vector<worker_facts> const& after,
                      worker_facts const& unchosen, harness::measurement& given) {
  std::vector<int> ids;
  std::ranges::transform(before, std::back_inserter(ids), &worker_facts::thread_id);
  std::ranges::sort(ids);
  given.check(static_cast<std::uint64_t>(std::ranges::unique(ids).begin() - ids.begin()), workers_of_the_crew, 0, 0);
  auto const report = [&](std::string name, std::string label, double value, std::string unit, std::string source,
                          harness::direction better) {
    given.report({.name = std::move(name),
                  .label = std::move(label),
                  .value = value,
                  .unit = std::move(unit),
                  .better = better,
                  .samples = before.size()},
                 std::move(source));
  };
  report("ready_ns_per_worker", "from making the pool until all its workers have begun a task, each",
         ready_ns / workers_of_the_crew, "ns", "CLOCK_MONOTONIC", harness::direction::smaller);
  report("same_workers_share", "workers that are the same after 10,000 tasks", same_share(before, after), "1",
         "gettid(2)", harness::direction::neither);
  auto const most = [&before](auto fact) { return std::ranges::max(before, {}, fact).*fact; };
  report("stack_bytes", "reserved for a worker's stack, at most", static_cast<double>(most(&worker_facts::stack_bytes)),
         "bytes", "pthread_getattr_np(3)", harness::direction::neither);
  report("nice_difference", "a worker's nice value less the main thread's, at most",
         static_cast<double>(most(&worker_facts::nice) - unchosen.nice), "1", "getpriority(2)",
         harness::direction::neither);
}

void add_pool_crew(harness::registry& all) {
  for_each_model(all_models{}, [&]<class Model>() { add_pool_crew_cases<Model>(all); });
}

}  // namespace unitcost::measures
