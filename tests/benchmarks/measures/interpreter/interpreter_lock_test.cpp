#include "benchmarks/measures/interpreter/interpreter_lock.hpp"

#include <gtest/gtest.h>

#include "benchmarks/measures/interpreter/interpreted_units.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

/// What a job came to under these units, whose steps are next to nothing.
job_runs run_job(unit_kind const& kind, job_plan const& plan) {
  interpreter_job todo(plan);
  kind.run({.workers = 1, .cpus = {}}, plan.units(), steps_of(todo));
  return {.speed_ups = {1},
          .lateness_ns = todo.lateness_ns(),
          .alone_lateness_ns = todo.lateness_ns(),
          .made = todo.made(),
          .due = todo.due(),
          .most_inside = todo.most_inside()};
}

TEST(interpreted_threads, make_each_step_and_never_two_at_a_time) {
  for (job what : every_job) {
    SCOPED_TRACE(to_string(what));
    job_plan plan = plans_of(what, 10).together;
    plan.wait_ns /= 10;
    recorded_measurement own;
    report_job(what, run_job(interpreted_threads(), plan), exclusion::demanded, own.given);
    EXPECT_TRUE(own.check_holds());
    EXPECT_EQ(own.metric("most_inside").value, 1);
  }
}

TEST(interpreted_threads, are_not_taken_for_units_that_may_block_within_a_step) {
  EXPECT_FALSE(interpreted_threads().is_scheduled_by_kernel());
}

TEST(interpreter_lock, is_wrong_where_two_were_inside) {
  recorded_measurement own;
  report_job(job::cpu_bound, {.speed_ups = {2}, .made = 10, .due = 10, .most_inside = 2}, exclusion::demanded,
             own.given);
  EXPECT_FALSE(own.check_holds());
}

TEST(interpreter_lock, allows_two_inside_where_there_is_no_lock) {
  recorded_measurement own;
  report_job(job::cpu_bound, {.speed_ups = {2}, .made = 10, .due = 10, .most_inside = 2}, exclusion::counted,
             own.given);
  EXPECT_TRUE(own.check_holds());
}

TEST(interpreter_lock, is_wrong_where_a_step_was_lost) {
  recorded_measurement own;
  report_job(job::io_bound, {.speed_ups = {8}, .made = 9, .due = 10, .most_inside = 1}, exclusion::demanded, own.given);
  EXPECT_FALSE(own.check_holds());
}

TEST(interpreter_lock, tells_the_median_speed_up_and_lateness) {
  recorded_measurement own;
  report_job(job::cpu_bound, {.speed_ups = {1, 2, 9}, .made = 1, .due = 1, .most_inside = 1}, exclusion::demanded,
             own.given);
  EXPECT_EQ(own.metric("speed_up").value, 2);
  recorded_measurement mixed;
  report_job(job::mixed,
             {.lateness_ns = {100, 300, 5000}, .alone_lateness_ns = {50}, .made = 1, .due = 1, .most_inside = 1},
             exclusion::demanded, mixed.given);
  EXPECT_EQ(mixed.metric("lateness_p50_ns").value, 300);
  EXPECT_EQ(mixed.metric("alone_lateness_p50_ns").value, 50);
  EXPECT_EQ(mixed.metric("lateness_most_ns").value, 5000);
}

TEST(interpreter_job, gives_one_unit_the_same_work_as_several) {
  for (job what : {job::cpu_bound, job::io_bound}) {
    job_plans const plans = plans_of(what, 10);
    EXPECT_EQ(interpreter_job(plans.together).due(), interpreter_job(plans.alone).due()) << to_string(what);
  }
}

}  // namespace
}  // namespace unitcost::measures
