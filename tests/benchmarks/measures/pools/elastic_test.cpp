#include "benchmarks/measures/pools/elastic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "impl/pools/elastic_pool.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;
using testing::ElementsAre;
using testing::Pair;

TEST(plan_of_a_load, has_all_waves_and_a_pause_after_the_fourth) {
  for (load_shape const shape : {load_shape::square_wave, load_shape::bursts}) {
    auto const plan = plan_of(shape);
    ASSERT_EQ(plan.size(), waves_of_a_load * tasks_of_a_wave);
    EXPECT_TRUE(std::ranges::is_sorted(plan));
    EXPECT_EQ(plan[tasks_of_a_wave], 50'000'000);
    EXPECT_EQ(plan[4 * tasks_of_a_wave], 350'000'000);
  }
  EXPECT_EQ(plan_of(load_shape::bursts)[tasks_of_a_wave - 1], 0) << "all at once";
  EXPECT_LT(plan_of(load_shape::square_wave)[tasks_of_a_wave - 1], 20'000'000);
}

TEST(size_log, is_told_as_steps_from_what_there_was_before) {
  size_log log;
  auto const tell = log.listener();
  tell(1'000'000, 1);
  tell(3'000'000, 2);
  tell(9'000'000, 3);
  EXPECT_THAT(log.steps(2'000'000, 5'000'000), ElementsAre(Pair(0, 1), Pair(1, 1), Pair(1, 2), Pair(3, 2)));
}

bool elastic_holds(pools::crew_counts const& counts, unsigned runs_of_the_task) {
  recorded_measurement recorded;
  planned_tasks tasks({0}, task_work{});
  for (unsigned run = 0; run < runs_of_the_task; ++run) tasks.body(0)();
  check_elastic(tasks, {.least = 1, .most = 4}, counts, recorded.given);
  return recorded.check_holds();
}

TEST(check_elastic, catches_a_pool_that_exceeds_its_most_loses_a_task_or_runs_one_twice) {
  EXPECT_TRUE(elastic_holds({.most_threads = 4}, 1));
  EXPECT_FALSE(elastic_holds({.most_threads = 5}, 1));
  EXPECT_FALSE(elastic_holds({.most_threads = 4}, 0));
  EXPECT_FALSE(elastic_holds({.most_threads = 4}, 2));
}

TEST(report_elastic, tells_idle_threads_and_starts_of_the_waves_alone) {
  recorded_measurement recorded;
  planned_tasks tasks({0, 0}, task_work{});
  tasks.play([](std::int64_t) {}, [](planned_task body) { body(); });
  tasks.body(1).times->ended_ns = tasks.begun_ns() + 1'000'000;
  elastic_outcome const outcome{.before = {.started = 2, .idle_ns = 500'000},
                                .after = {.most_threads = 7, .started = 18, .idle_ns = 3'500'000},
                                .neighbour_speed = 0.75};
  report_elastic(tasks, size_log(), outcome, recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("idle_threads").value, 3);
  EXPECT_DOUBLE_EQ(recorded.metric("starts_per_wave").value, 2);
  EXPECT_DOUBLE_EQ(recorded.metric("neighbour_speed").value, 0.75);
  EXPECT_DOUBLE_EQ(recorded.metric("most_threads").value, 7);
}

TEST(measure_blocking, proves_its_work_whether_blocking_is_announced_or_not) {
  for (blocking const how : {blocking::announced, blocking::unannounced}) {
    recorded_measurement recorded(2);
    measure_blocking<pools::elastic_pool>(how, recorded.given);
    EXPECT_TRUE(recorded.check_holds());
    EXPECT_LE(recorded.metric("most_threads").value, blocking_limits.most);
  }
}

TEST(busy_neighbour, makes_steps_while_somebody_else_does_something) {
  busy_neighbour neighbour;
  double rate = 0;
  while (rate <= 0) rate = neighbour.rate_during([] { runtime::sleep_until(runtime::now_ns() + 1'000'000); });
}

}  // namespace
}  // namespace unitcost::measures
