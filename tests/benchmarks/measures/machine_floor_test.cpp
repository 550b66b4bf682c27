#include "benchmarks/measures/machine_floor.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <vector>

#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

/// Of each operation so many are proved as were asked for.
template <class Operation>
void expect_proved(Operation operation, std::uint64_t count) {
  EXPECT_GT(operation.time(count), 0);
  EXPECT_EQ(operation.proof().due, count);
  EXPECT_EQ(operation.proof().done, count);
}

TEST(machine_floor, proves_each_system_call) { expect_proved(system_calls(), 1000); }

TEST(machine_floor, finds_system_calls_that_were_not_made) {
  system_calls calls(+[] { return 0L; });
  calls.time(1000);
  EXPECT_EQ(calls.proof().done, 0u);
}

TEST(machine_floor, proves_each_page_fault_over_several_mappings) { expect_proved(page_faults(), 2500); }

TEST(machine_floor, finds_pages_that_were_there_before) {
  page_faults faults(true);
  faults.time(500);
  EXPECT_LT(faults.proof().done, 500u);
}

TEST(machine_floor, proves_each_copy) { expect_proved(memory_copies(), 2); }

TEST(machine_floor, proves_each_hand_over_of_a_line_and_makes_an_even_number) {
  test::kept_affinity const affinity;
  auto const cpus = affinity.first_cpus(2);
  if (cpus.size() < 2) GTEST_SKIP() << "two CPUs are needed";
  line_transfers transfers(cpus[0], cpus[1]);
  EXPECT_GT(transfers.time(3), 0);
  EXPECT_EQ(transfers.proof().done, transfers.proof().due);
  EXPECT_EQ(transfers.proof().due % 2, 0u);
}

/// On which CPU the clock was read. One thread reads it at a time: each has handed the line over before the other does.
std::vector<int> cpus_of_readings;

/// As many hand-overs as are divided by lie between: after an even number the line is back, after one fewer it is not.
TEST(machine_floor, times_as_many_hand_overs_of_a_line_as_it_divides_by) {
  test::kept_affinity const affinity;
  auto const cpus = affinity.first_cpus(2);
  if (cpus.size() < 2) GTEST_SKIP() << "two CPUs are needed";
  cpus_of_readings.clear();
  line_transfers transfers(
      cpus[0], cpus[1], +[] {
        cpus_of_readings.push_back(::sched_getcpu());
        return static_cast<std::int64_t>(cpus_of_readings.size()) * 600;
      });
  EXPECT_EQ(transfers.time(6), 600);
  EXPECT_EQ(cpus_of_readings, (std::vector<int>{cpus[0], cpus[0]}));
}

}  // namespace
}  // namespace unitcost::measures
