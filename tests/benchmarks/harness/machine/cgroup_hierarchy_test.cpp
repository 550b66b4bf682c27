#include "benchmarks/harness/machine/cgroup_hierarchy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/benchmarks/harness/machine/recorded_machine.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(cgroup_hierarchy, finds_each_v1_controller_where_it_is_mounted) {
  recorded_machine const machine("v1");
  auto const found = cgroup_hierarchy::detect(machine.root());
  EXPECT_EQ(found.version, cgroup_version::v1);
  EXPECT_EQ(found.folders.at(cgroup_controller::memory), machine / "sys/fs/cgroup/memory/suite/unitcost-4241-1");
  EXPECT_EQ(found.folders.at(cgroup_controller::process_count), machine / "sys/fs/cgroup/pids/suite/unitcost-4241-1");
  EXPECT_EQ(found.folders.at(cgroup_controller::cpu_time), machine / "sys/fs/cgroup/cpuacct/suite/unitcost-4241-1");
  EXPECT_TRUE(found.writable) << found.why_not;
  EXPECT_FALSE(found.at_the_root);
}

TEST(cgroup_hierarchy, finds_all_v2_controllers_in_one_folder) {
  recorded_machine const machine("v2");
  auto const found = cgroup_hierarchy::detect(machine.root());
  EXPECT_EQ(found.version, cgroup_version::v2);
  for (auto const& [controller, folder] : found.folders) EXPECT_EQ(folder, machine / v2_own) << to_string(controller);
  EXPECT_EQ(found.folders.size(), 3u);
  EXPECT_TRUE(found.writable) << found.why_not;
}

TEST(cgroup_hierarchy, takes_the_group_above_for_its_base_when_it_lives_in_the_leaf) {
  recorded_machine const machine("v2");
  machine.put("proc/self/cgroup", "0::/user.slice/suite.scope/unitcost-4241-1/unitcost-leaf\n");
  machine.put(std::string(v2_own) + "/unitcost-leaf/cgroup.procs", "");
  EXPECT_EQ(cgroup_hierarchy::detect(machine.root()).folders.at(cgroup_controller::memory), machine / v2_own);
}

TEST(cgroup_hierarchy, strips_what_a_container_does_not_see_of_its_group) {
  recorded_machine const machine("v2");
  machine.put("proc/self/mountinfo", "31 25 0:27 /host/box /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  machine.put("proc/self/cgroup", "0::/host/box/user.slice/suite.scope/unitcost-4241-1\n");
  EXPECT_EQ(cgroup_hierarchy::detect(machine.root()).folders.at(cgroup_controller::memory), machine / v2_own);
}

TEST(cgroup_hierarchy, is_not_fooled_by_a_group_outside_of_its_namespace) {
  recorded_machine const machine("v2");
  machine.put("proc/self/cgroup", "0::/../../elsewhere\n");
  auto const found = cgroup_hierarchy::detect(machine.root());
  EXPECT_EQ(found.version, cgroup_version::none);
  EXPECT_FALSE(found.writable);
}

TEST(cgroup_hierarchy, knows_the_root_group) {
  recorded_machine const machine("v1");
  machine.put("proc/self/cgroup", "8:pids:/\n4:memory:/\n2:cpuacct:/\n0::/\n");
  EXPECT_TRUE(cgroup_hierarchy::detect(machine.root()).at_the_root);
}

TEST(cgroup_hierarchy, says_that_a_mount_is_read_only) {
  recorded_machine const machine("v2");
  machine.put("proc/self/mountinfo", "31 25 0:27 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup2 rw\n");
  auto const found = cgroup_hierarchy::detect(machine.root());
  EXPECT_FALSE(found.writable);
  EXPECT_THAT(found.why_not, AllOf(HasSubstr((machine / "sys/fs/cgroup").string()), HasSubstr("read-only"),
                                   HasSubstr("mount it read-write")));
}

TEST(cgroup_hierarchy, says_which_controller_is_missing) {
  recorded_machine const machine("v2");
  machine.put(std::string(v2_own) + "/cgroup.controllers", "cpu memory\n");
  auto const found = cgroup_hierarchy::detect(machine.root());
  EXPECT_FALSE(found.writable);
  EXPECT_THAT(found.why_not, AllOf(HasSubstr("'pids'"), HasSubstr("systemd.unified_cgroup_hierarchy=1")));
}

TEST(cgroup_hierarchy, has_no_version_where_nothing_is_mounted) {
  recorded_machine const machine("v1");
  machine.put("proc/self/mountinfo", "22 1 259:2 / / rw - ext4 /dev/vda rw\n");
  auto const found = cgroup_hierarchy::detect(machine.root());
  EXPECT_EQ(found.version, cgroup_version::none);
  EXPECT_THAT(found.why_not, HasSubstr("'memory'"));
}

TEST(cgroup_hierarchy, names_the_file_that_holds_rubbish) {
  recorded_machine const machine("v1");
  machine.put("proc/self/cgroup", "rubbish\n");
  EXPECT_THAT(complaint_of([&] { cgroup_hierarchy::detect(machine.root()); }),
              AllOf(HasSubstr("proc/self/cgroup"), HasSubstr("'rubbish'")));
  machine.put("proc/self/mountinfo", "rubbish\n");
  EXPECT_THAT(complaint_of([&] { cgroup_hierarchy::detect(machine.root()); }), HasSubstr("proc/self/mountinfo"));
}

TEST(cgroup_hierarchy, tells_an_unprivileged_user_what_is_denied) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can take on another user's rights";
  recorded_machine const machine("v1");
  pid_t const child = ::fork();
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    if (::seteuid(nobody) != 0) ::_exit(2);
    auto const found = cgroup_hierarchy::detect(machine.root());
    bool const explained = found.why_not.find("Permission denied") != std::string::npos &&
                           found.why_not.find("Delegate=yes") != std::string::npos;
    ::_exit(!found.writable && explained ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace unitcost::harness
