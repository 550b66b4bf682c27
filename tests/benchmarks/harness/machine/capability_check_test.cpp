#include "benchmarks/harness/machine/capability_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "tests/benchmarks/harness/machine/recorded_machine.hpp"

namespace unitcost::harness {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

kernel_probes probes_returning(int failure) {
  auto const probe = [failure] { return failure; };
  return {probe, probe, probe};
}

capability_check check_named(std::string const& name, recorded_machine const& machine, int probe_failure = 0) {
  auto const checks = check_machine(machine.root(), probes_returning(probe_failure));
  auto const found = std::find_if(checks.begin(), checks.end(), [&](auto const& check) { return check.name == name; });
  if (found == checks.end()) throw std::runtime_error("no check named " + name);
  return *found;
}

TEST(capability_check, gives_a_remedy_and_names_measures_wherever_something_is_wrong) {
  for (auto const* name : {"v1", "v2"}) {
    recorded_machine const machine(name);
    for (auto const& check : check_machine(machine.root(), probes_returning(ENOSYS))) {
      EXPECT_THAT(check.finding, Not(IsEmpty())) << check.name;
      EXPECT_EQ(check.state == capability_state::ok, check.remedy.empty()) << check.name;
      EXPECT_EQ(check.state == capability_state::ok, check.affects.empty()) << check.name;
    }
  }
}

TEST(capability_check, finds_the_controllers_that_are_writable) {
  recorded_machine const machine("v1");
  auto const check = check_named("cgroup", machine);
  EXPECT_EQ(check.state, capability_state::ok);
  EXPECT_EQ(check.finding, "v1, writable: memory pids cpuacct");
}

TEST(capability_check, weakens_footprint_where_groups_cannot_be_made) {
  recorded_machine const machine("v2");
  machine.put("proc/self/mountinfo", "31 25 0:27 / /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n");
  auto const check = check_named("cgroup", machine);
  EXPECT_EQ(check.state, capability_state::weakened);
  EXPECT_THAT(check.affects, Contains("footprint"));
  EXPECT_THAT(check.remedy, HasSubstr("read-write"));
}

TEST(capability_check, calls_groups_missing_where_none_are_mounted) {
  recorded_machine const machine("v2");
  machine.put("proc/self/mountinfo", "22 1 259:2 / / rw - ext4 /dev/vda rw\n");
  EXPECT_EQ(check_named("cgroup", machine).state, capability_state::missing);
}

TEST(capability_check, reports_what_a_refused_system_call_said) {
  recorded_machine const machine("v1");
  for (auto const* name : {"perf counters", "io_uring", "pidfd"}) {
    EXPECT_EQ(check_named(name, machine).state, capability_state::ok);
    auto const refused = check_named(name, machine, EPERM);
    EXPECT_EQ(refused.state, capability_state::missing);
    EXPECT_EQ(refused.finding, "Operation not permitted");
  }
}

TEST(capability_check, compares_limits_with_what_the_largest_cases_want) {
  recorded_machine const machine("v2");
  EXPECT_EQ(check_named("pid_max", machine).state, capability_state::ok);
  auto const mappings = check_named("max_map_count", machine);
  EXPECT_EQ(mappings.state, capability_state::weakened);
  EXPECT_EQ(mappings.finding, "20000, the largest cases want 65530");
  EXPECT_EQ(mappings.remedy, "sysctl -w vm.max_map_count=65530");
  EXPECT_EQ(check_named("pids cgroup", machine).finding, "512, the largest cases want 32768");
}

TEST(capability_check, knows_how_a_processor_spoils_timing) {
  recorded_machine const bare("v2"), guest("v1");
  EXPECT_EQ(check_named("virtualised", guest).state, capability_state::weakened);
  EXPECT_EQ(check_named("virtualised", bare).state, capability_state::ok);
  EXPECT_EQ(check_named("cpu governor", bare).state, capability_state::ok);
  EXPECT_EQ(check_named("cpu governor", guest).finding, "not visible");
  EXPECT_EQ(check_named("smt", bare).finding, "2 logical CPUs on 1 cores");
  EXPECT_THAT(check_named("turbo", bare).remedy, HasSubstr("no_turbo"));
}

TEST(capability_check, knows_how_the_kernels_settings_spoil_measures) {
  recorded_machine const always("v2"), madvise("v1");
  EXPECT_EQ(check_named("transparent huge pages", always).state, capability_state::weakened);
  EXPECT_EQ(check_named("transparent huge pages", madvise).state, capability_state::ok);
  EXPECT_EQ(check_named("autogroup", madvise).state, capability_state::weakened);
  EXPECT_EQ(check_named("autogroup", always).state, capability_state::ok);
}

TEST(capability_check, sees_others_at_work) {
  recorded_machine const machine("v1");
  EXPECT_EQ(check_named("other load", machine).state, capability_state::ok);
  machine.put("proc/loadavg", "2.02 0.05 0.08 1/94 8717\n");
  EXPECT_EQ(check_named("other load", machine).state, capability_state::weakened);
  machine.put("proc/stat", "cpu 50 0 0 40 0 0 0 10 0 0\n");
  EXPECT_THAT(check_named("steal", machine).finding, HasSubstr("10.00 %"));
}

TEST(capability_check, runs_on_this_machine) { EXPECT_GE(check_machine().size(), 15u); }

}  // namespace
}  // namespace unitcost::harness
