#include "benchmarks/harness/machine/cgroup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/benchmarks/harness/machine/recorded_machine.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto v1_memory = "sys/fs/cgroup/memory/suite/unitcost-4241-1/";

cgroup own_group(recorded_machine const& machine) {
  auto const found = cgroup_hierarchy::detect(machine.root());
  return {found.version, found.folders};
}

TEST(cgroup, reads_the_v1_counters) {
  recorded_machine const machine("v1");
  auto const group = own_group(machine);
  EXPECT_EQ(group.oom_kills(), 2u);
  EXPECT_EQ(group.process_limit_hits(), 3u);
  EXPECT_EQ(group.cpu_ns(), 61'082'600u);
  EXPECT_EQ(group.memory_bytes(), 3'731'456u);
}

TEST(cgroup, reads_the_v2_counters) {
  recorded_machine const machine("v2");
  auto const group = own_group(machine);
  EXPECT_EQ(group.process_limit_hits(), 3u);
  EXPECT_EQ(group.cpu_ns(), 61'082'000u);
  EXPECT_EQ(group.memory_bytes(), 3'731'456u);
}

TEST(cgroup, does_not_count_the_kills_of_its_victims_groups_in_v2) {
  recorded_machine const machine("v2");  // memory.events has 5, of which 3 were beneath
  EXPECT_EQ(own_group(machine).oom_kills(), 2u);
  machine.put(std::string(v2_own) + "/unitcost-leaf/memory.events", "oom_kill 1\n");
  EXPECT_EQ(own_group(machine).oom_kills(), 3u);
}

TEST(cgroup, limits_memory_and_swap_together_in_v1) {
  recorded_machine const machine("v1");
  own_group(machine).set_memory_limit(1 << 30);
  EXPECT_EQ(content_of(machine / v1_memory / "memory.limit_in_bytes"), "1073741824");
  EXPECT_EQ(content_of(machine / v1_memory / "memory.memsw.limit_in_bytes"), "1073741824");
}

TEST(cgroup, forbids_swap_in_v2) {
  recorded_machine const machine("v2");
  own_group(machine).set_memory_limit(1 << 30);
  EXPECT_EQ(content_of(machine / v2_own / "memory.max"), "1073741824");
  EXPECT_EQ(content_of(machine / v2_own / "memory.swap.max"), "0");
}

TEST(cgroup, limits_memory_where_the_kernel_accounts_no_swap) {
  recorded_machine const machine("v1");
  machine.remove(std::string(v1_memory) + "memory.memsw.limit_in_bytes");
  own_group(machine).set_memory_limit(4096);
  EXPECT_EQ(content_of(machine / v1_memory / "memory.limit_in_bytes"), "4096");
}

TEST(cgroup, limits_tasks) {
  recorded_machine const machine("v2");
  own_group(machine).set_process_limit(77);
  EXPECT_EQ(content_of(machine / v2_own / "pids.max"), "77");
}

TEST(cgroup, lists_the_processes_of_all_hierarchies_and_of_groups_beneath_once) {
  recorded_machine const machine("v1");
  machine.put(std::string(v1_memory) + "unitcost-4242-victim/cgroup.procs", "4250\n4242\n");
  EXPECT_THAT(own_group(machine).processes(), ElementsAre(4242, 4243, 4244, 4250));
}

TEST(cgroup, joins_by_writing_zero_into_each_hierarchy) {
  recorded_machine const machine("v1");
  EXPECT_EQ(own_group(machine).join_self(), 0);
  EXPECT_EQ(content_of(machine / v1_memory / "cgroup.procs").front(), '0');
  EXPECT_EQ(content_of(machine / "sys/fs/cgroup/pids/suite/unitcost-4241-1/cgroup.procs").front(), '0');
}

TEST(cgroup, returns_the_errno_of_a_failed_join) {
  recorded_machine const machine("v2");
  auto const group = own_group(machine);
  machine.remove(std::string(v2_own) + "/cgroup.procs");
  EXPECT_EQ(group.join_self(), ENOENT);
}

TEST(cgroup, names_the_file_that_lacks_its_counter) {
  recorded_machine const machine("v1");
  machine.put(std::string(v1_memory) + "memory.oom_control", "under_oom 0\n");
  EXPECT_THAT(complaint_of([&] { own_group(machine).oom_kills(); }),
              AllOf(HasSubstr("memory.oom_control"), HasSubstr("'oom_kill'"), HasSubstr("unitcost doctor")));
}

TEST(cgroup, says_which_controller_it_has_not) {
  recorded_machine const machine("v1");
  cgroup const group(cgroup_version::v1, {{cgroup_controller::memory, machine / v1_memory}});
  EXPECT_THAT(complaint_of([&] { group.set_process_limit(1); }), HasSubstr("no controller 'pids'"));
}

}  // namespace
}  // namespace unitcost::harness
