#include "benchmarks/harness/machine/disturbance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/benchmarks/harness/machine/recorded_machine.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::int64_t ms = 1'000'000;

/// 100 ms on one CPU: 5 ms are 5 %.
repetition_load load(std::int64_t others_ns, std::int64_t steal_ns, std::int64_t busy_step_ns = 0) {
  return {.before = {.busy_ns = 7000 * ms, .steal_ns = 40 * ms, .busy_step_ns = busy_step_ns},
          .after = {.busy_ns = 7000 * ms + 90 * ms + others_ns,
                    .steal_ns = 40 * ms + steal_ns,
                    .busy_step_ns = busy_step_ns},
          .own_cpu_ns = 90 * ms,
          .wall_ns = 100 * ms,
          .cpus_used = 1};
}

TEST(disturbance, is_none_when_only_the_case_ran) {
  auto const verdict = judge_disturbance(load(0, 0));
  EXPECT_FALSE(verdict.disturbed);
  EXPECT_EQ(verdict.reason, "");
}

TEST(disturbance, tolerates_five_percent_and_housekeeping_of_an_exact_counter) {
  EXPECT_FALSE(judge_disturbance(load(6 * ms, 0)).disturbed);
  EXPECT_TRUE(judge_disturbance(load(6 * ms + 1, 0)).disturbed);
}

TEST(disturbance, tolerates_what_a_tick_cannot_resolve) {
  EXPECT_FALSE(judge_disturbance(load(5 * ms + tick_ns(), 0, tick_ns())).disturbed);
  EXPECT_TRUE(judge_disturbance(load(5 * ms + tick_ns() + 1, 0, tick_ns())).disturbed);
}

TEST(disturbance, does_not_take_one_tick_of_steal_for_more_than_rounding) {
  EXPECT_FALSE(judge_disturbance(load(0, tick_ns())).disturbed);
  EXPECT_TRUE(judge_disturbance(load(0, 2 * tick_ns())).disturbed);
}

TEST(disturbance, adds_steal_and_others) {
  EXPECT_FALSE(judge_disturbance(load(6 * ms, tick_ns())).disturbed);
  EXPECT_THAT(judge_disturbance(load(6 * ms, tick_ns() + 1)).reason, HasSubstr("the hypervisor and other processes"));
}

TEST(disturbance, grows_its_tolerance_with_wall_time_and_cpus) {
  auto longer = load(20 * ms, 0);
  EXPECT_TRUE(judge_disturbance(longer).disturbed);
  longer.cpus_used = 4;
  EXPECT_FALSE(judge_disturbance(longer).disturbed);
}

TEST(disturbance, says_who_took_how_much_of_what) {
  auto const verdict = judge_disturbance(load(50 * ms, 0));
  EXPECT_EQ(verdict.others_cpu_ns, 50 * ms);
  EXPECT_EQ(verdict.reason, "other processes used 50.0 ms of CPU time in 100.0 ms on 1 CPU; 6.0 ms are tolerated");
}

TEST(disturbance, takes_a_counter_that_stepped_back_for_none) {
  auto backwards = load(0, 0);
  backwards.after.steal_ns = 0;
  backwards.own_cpu_ns = 95 * ms;
  auto const verdict = judge_disturbance(backwards);
  EXPECT_EQ(verdict.steal_ns, 0);
  EXPECT_EQ(verdict.others_cpu_ns, 0);
  EXPECT_FALSE(verdict.disturbed);
}

TEST(machine_cpu, prefers_the_schedulers_own_sum) {
  recorded_machine const machine("v1");
  machine_cpu const cpu(machine.root());
  auto const reading = cpu.read();
  EXPECT_EQ(reading.busy_ns, 214'268'609'195);
  EXPECT_EQ(reading.busy_step_ns, 0);
  EXPECT_EQ(reading.steal_ns, 19 * tick_ns());
  EXPECT_THAT(cpu.source(), HasSubstr("cpuacct.usage"));
}

TEST(machine_cpu, counts_ticks_where_there_is_nothing_better) {
  recorded_machine const machine("v2");
  auto const reading = machine_cpu(machine.root()).read();
  EXPECT_EQ(reading.busy_ns, (16336 + 5 + 4499 + 2 + 83) * tick_ns());
  EXPECT_EQ(reading.busy_step_ns, tick_ns());
}

TEST(machine_cpu, names_the_file_that_holds_rubbish) {
  recorded_machine const machine("v2");
  machine.put("proc/stat", "cpu 1 2 three\n");
  EXPECT_THAT(complaint_of([&] { machine_cpu(machine.root()).read(); }),
              AllOf(HasSubstr("proc/stat"), HasSubstr("'three'")));
  machine.put("proc/stat", "cpu 1 2 3\n");
  EXPECT_THAT(complaint_of([&] { machine_cpu(machine.root()).read(); }), HasSubstr("3 columns"));
  machine.put("proc/stat", "intr 5\n");
  EXPECT_THAT(complaint_of([&] { machine_cpu(machine.root()).read(); }), HasSubstr("no line 'cpu'"));
}

}  // namespace
}  // namespace unitcost::harness
