#include "benchmarks/measures/pools/pool_endings.hpp"

#include <gtest/gtest.h>

#include "impl/pools/process_task_pool.hpp"
#include "impl/pools/task_pool.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

constexpr std::uint64_t few_iterations = 50;

template <class Pool>
void expect_promises_kept(pool_ending how) {
  recorded_measurement recorded(2);
  measure_pool_ending<Pool>(how, 2, recorded.given);
  EXPECT_TRUE(recorded.check_holds()) << recorded.out.check->difference();
  bool const closed = how == pool_ending::close;
  EXPECT_EQ(recorded.metric("queued_run").value, closed ? 256 : 0);
  EXPECT_EQ(recorded.metric("queued_dropped").value, closed ? 0 : 256);
  EXPECT_EQ(recorded.metric("cut_off").value, !closed && Pool::terminate_ends_what_runs ? 2 : 0);
  EXPECT_EQ(recorded.metric("unsettled").value, 0);
  EXPECT_EQ(recorded.metric("refused").value, 4);
  EXPECT_GT(recorded.metric("end_ns").value, 0);
}

TEST(measure_pool_ending, of_a_closed_pool_counts_that_all_tasks_ran) {
  expect_promises_kept<pools::task_pool>(pool_ending::close);
  expect_promises_kept<pools::process_task_pool>(pool_ending::close);
}

TEST(measure_pool_ending, of_a_terminated_pool_counts_the_dropped_and_who_was_cut_off_at_work) {
  expect_promises_kept<pools::task_pool>(pool_ending::terminate);
  expect_promises_kept<pools::process_task_pool>(pool_ending::terminate);
}

/// Its terminate runs what is queued.
class pool_that_only_closes : public pools::task_pool {
 public:
  using task_pool::task_pool;
  void terminate() { close(); }
};

/// Its close drops what is queued.
class pool_that_always_terminates : public pools::task_pool {
 public:
  using task_pool::task_pool;
  void close() { terminate(); }
};

/// It takes a task after its end and runs it itself.
class pool_that_takes_tasks_for_ever : public pools::task_pool {
 public:
  using task_pool::task_pool;
  template <class Body>
  auto apply(Body body) {
    return body();
  }
};

template <class Pool>
bool keeps_its_promises(pool_ending how) {
  recorded_measurement recorded;
  measure_pool_ending<Pool>(how, 1, recorded.given);
  return recorded.check_holds();
}

TEST(measure_pool_ending, finds_a_terminate_that_runs_what_is_queued) {
  EXPECT_TRUE(keeps_its_promises<pool_that_only_closes>(pool_ending::close));
  EXPECT_FALSE(keeps_its_promises<pool_that_only_closes>(pool_ending::terminate));
}

TEST(measure_pool_ending, finds_a_close_that_drops_what_is_queued) {
  EXPECT_TRUE(keeps_its_promises<pool_that_always_terminates>(pool_ending::terminate));
  EXPECT_FALSE(keeps_its_promises<pool_that_always_terminates>(pool_ending::close));
}

TEST(measure_pool_ending, finds_a_pool_that_takes_tasks_after_its_end) {
  EXPECT_FALSE(keeps_its_promises<pool_that_takes_tasks_for_ever>(pool_ending::close));
  EXPECT_FALSE(keeps_its_promises<pool_that_takes_tasks_for_ever>(pool_ending::terminate));
}

/// A group of which one task was lost, another's ran twice, or one ran though it was said to be dropped.
TEST(report_pool_ending, takes_no_pool_that_broke_a_promise_for_one_that_kept_all) {
  auto const holds = [](pool_ending how, auto spoil) {
    recorded_measurement recorded;
    pool_remains const promised = promised_remains(how, false, 2, few_iterations);
    std::vector<pool_remains> pools(3, promised);
    spoil(pools[1]);
    report_pool_ending(pools, promised, recorded.given);
    return recorded.check_holds();
  };
  EXPECT_TRUE(holds(pool_ending::terminate, [](pool_remains& left) { left.elapsed_ns = 7; }));
  EXPECT_FALSE(holds(pool_ending::terminate, [](pool_remains& left) { ++left.begun; }));
  EXPECT_FALSE(holds(pool_ending::terminate, [](pool_remains& left) { --left.dropped; }));
  EXPECT_FALSE(holds(pool_ending::terminate, [](pool_remains& left) { ++left.unsettled; }));
  EXPECT_FALSE(holds(pool_ending::terminate, [](pool_remains& left) { --left.refused; }));
  EXPECT_FALSE(holds(pool_ending::close, [](pool_remains& left) { --left.completed; }));
  EXPECT_FALSE(holds(pool_ending::close, [](pool_remains& left) { ++left.results.checksum; }));
}

TEST(report_pool_ending, tells_the_median_time_and_means_of_counts) {
  recorded_measurement recorded;
  pool_remains const promised = promised_remains(pool_ending::terminate, true, 2, few_iterations);
  std::vector<pool_remains> pools(3, promised);
  pools[0].elapsed_ns = 500;
  pools[1].elapsed_ns = 100;
  pools[2].elapsed_ns = 90;
  pools[2].dropped -= 3;
  report_pool_ending(pools, promised, recorded.given);
  EXPECT_EQ(recorded.metric("end_ns").value, 100);
  EXPECT_EQ(recorded.metric("queued_dropped").value, 255);
  EXPECT_EQ(recorded.metric("cut_off").value, 2);
}

TEST(wait_until_at_work, gives_up_on_a_worker_that_never_begins) {
  pending_tasks tasks;
  tasks.at_work = 1;
  EXPECT_NO_THROW(wait_until_at_work(tasks, 1, 1'000'000));
  EXPECT_THROW(wait_until_at_work(tasks, 2, 1'000'000), std::runtime_error);
}

/// One worker where two are said to be: the second task begins only when the first has passed the gate.
TEST(end_busy_pool, lets_those_at_work_go_on_where_it_gives_up) {
  runtime::shared_object<pending_tasks> shared;
  pools::task_pool pool(pools::task_pool::placed({.workers = 1}));
  EXPECT_THROW(end_busy_pool(pool, *shared, 2, pool_ending::close, few_iterations, 1'000'000), std::runtime_error);
  EXPECT_NO_THROW(wait_until_at_work(*shared, 2, 5'000'000'000));
  shared->gate.open();  // a failed test is to end, too
}

}  // namespace
}  // namespace unitcost::measures
