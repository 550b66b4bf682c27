#include "benchmarks/measures/pools/pool_crew.hpp"

#include <gtest/gtest.h>

#include "impl/pools/process_task_pool.hpp"
#include "impl/pools/task_pool.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

template <class Pool>
void expect_that_workers_stay() {
  recorded_measurement recorded;
  measure_pool_crew<Pool>(recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("same_workers_share").value, 1);
}

TEST(pool_crew, meets_the_same_threads_after_many_tasks) { expect_that_workers_stay<pools::task_pool>(); }

TEST(pool_crew, meets_the_same_processes_after_many_tasks) { expect_that_workers_stay<pools::process_task_pool>(); }

TEST(same_share, counts_who_was_replaced) {
  EXPECT_DOUBLE_EQ(same_share({{.thread_id = 1}, {.thread_id = 2}}, {{.thread_id = 2}, {.thread_id = 3}}), 0.5);
}

TEST(report_pool_crew, calls_no_setting_better_than_another) {
  recorded_measurement recorded;
  std::vector<worker_facts> const crew(workers_of_the_crew, {.stack_bytes = 8192, .nice = 5});
  report_pool_crew(1e6, crew, crew, {}, recorded.given);
  for (char const* fact : {"same_workers_share", "stack_bytes", "nice_difference"})
    EXPECT_EQ(recorded.metric(fact).better, harness::direction::neither) << fact;
  EXPECT_EQ(recorded.metric("ready_ns_per_worker").better, harness::direction::smaller);
}

TEST(report_pool_crew, takes_no_worker_for_two) {
  recorded_measurement recorded;
  std::vector<worker_facts> crew(workers_of_the_crew);
  for (unsigned worker = 0; worker < workers_of_the_crew; ++worker) crew[worker].thread_id = static_cast<int>(worker);
  crew[3].thread_id = 2;
  report_pool_crew(1e6, crew, crew, {}, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

}  // namespace
}  // namespace unitcost::measures
