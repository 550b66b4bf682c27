#include "benchmarks/harness/machine/scoped_cgroup.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>

#include "benchmarks/harness/machine/system_file.hpp"
#include "impl/runtime/touch.hpp"
#include "tests/benchmarks/harness/machine/recorded_machine.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Runs `body` in a forked child and returns what waitpid says.
template <class Body>
pid_t forked(Body&& body) {
  pid_t const child = ::fork();
  if (child == 0) ::_exit(body());
  return child;
}

int status_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

int pause_for_ever() {
  for (;;) ::pause();
}

/// A process id that nobody has.
int ended_process() {
  pid_t const child = forked([] { return 0; });
  status_of(child);
  return child;
}

// --- on recorded machines
// ---------------------------------------------------------------------------------------------

TEST(scoped_cgroup, makes_one_folder_in_each_v1_hierarchy_and_removes_it) {
  recorded_machine const machine("v1");
  auto const folder = machine / fmt::format("sys/fs/cgroup/pids/suite/unitcost-4241-1/unitcost-{}-a", ::getpid());
  {
    scoped_cgroup const group(cgroup_hierarchy::detect(machine.root()), "a");
    EXPECT_EQ(group.folders().size(), 3u);
    EXPECT_TRUE(std::filesystem::is_directory(folder));
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(scoped_cgroup, enables_the_v2_controllers_after_moving_itself_out_of_the_way) {
  recorded_machine const machine("v2");
  machine.put(std::string(v2_own) + "/cgroup.procs", fmt::format("{}\n{}\n", ::getppid(), ::getpid()));
  machine.put(std::string(v2_own) + "/unitcost-leaf/cgroup.procs", "");
  scoped_cgroup const group(cgroup_hierarchy::detect(machine.root()), "a");
  EXPECT_EQ(content_of(machine / v2_own / "cgroup.subtree_control"), "+memory +pids");
  EXPECT_EQ(content_of(machine / v2_own / "unitcost-leaf/cgroup.procs"), std::to_string(::getpid()));
}

TEST(scoped_cgroup, moves_nobody_where_v2_has_its_controllers_enabled_already) {
  recorded_machine const machine("v2");
  machine.put(std::string(v2_own) + "/cgroup.subtree_control", "memory pids\n");
  scoped_cgroup const group(cgroup_hierarchy::detect(machine.root()), "a");
  EXPECT_FALSE(std::filesystem::exists(machine / v2_own / "unitcost-leaf"));
}

TEST(scoped_cgroup, never_moves_a_stranger) {
  recorded_machine const machine("v2");
  int const stranger = ended_process();
  machine.put(std::string(v2_own) + "/cgroup.procs", fmt::format("{}\n", stranger));
  EXPECT_THAT(complaint_of([&] { scoped_cgroup(cgroup_hierarchy::detect(machine.root()), "a"); }),
              AllOf(HasSubstr("cgroup.procs"), HasSubstr(std::to_string(stranger)), HasSubstr("Delegate=yes")));
}

TEST(scoped_cgroup, refuses_an_unwritable_hierarchy_with_its_reason) {
  recorded_machine const machine("v2");
  machine.put("proc/self/mountinfo", "31 25 0:27 / /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n");
  EXPECT_THAT(complaint_of([&] { scoped_cgroup(cgroup_hierarchy::detect(machine.root()), "a"); }),
              HasSubstr("mounted read-only"));
}

TEST(scoped_cgroup, removes_what_dead_supervisors_left_and_nothing_else) {
  recorded_machine const machine("v2");
  auto const dead = machine / v2_own / fmt::format("unitcost-{}-9", ended_process());
  auto const alive = machine / v2_own / fmt::format("unitcost-{}-9", ::getpid());
  auto const foreign = machine / v2_own / "somebody";
  for (auto const& folder : {dead / "unitcost-1-nested", alive, foreign}) std::filesystem::create_directories(folder);
  EXPECT_EQ(scoped_cgroup::remove_stale(cgroup_hierarchy::detect(machine.root())), 1u);
  EXPECT_FALSE(std::filesystem::exists(dead));
  EXPECT_TRUE(std::filesystem::exists(alive));
  EXPECT_TRUE(std::filesystem::exists(foreign));
}

TEST(scoped_cgroup, tells_its_maker_by_name) {
  EXPECT_EQ(scoped_cgroup::maker_of("unitcost-4241-victim-2"), 4241);
  for (auto const* name : {"unitcost-leaf", "unitcost-", "other-1-a", ""})
    EXPECT_EQ(scoped_cgroup::maker_of(name), 0) << name;
}

// --- on this machine, where that is permitted
// -------------------------------------------------------------------------

class live_cgroup : public testing::Test {
 protected:
  void SetUp() override {
    if (!hierarchy_.writable) GTEST_SKIP() << hierarchy_.why_not;
    try {
      group_ = std::make_unique<scoped_cgroup>(hierarchy_, "test");
    } catch (system_file_error const& refused) {
      GTEST_SKIP() << refused.what();
    }
  }

  cgroup_hierarchy const hierarchy_ = cgroup_hierarchy::detect();
  std::unique_ptr<scoped_cgroup> group_;
};

TEST_F(live_cgroup, holds_who_joined_and_kills_and_removes_them_at_its_end) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  pid_t const child = forked([&] {
    if (group_->join_self() != 0) return 1;
    return ::write(ready[1], "x", 1) == 1 ? pause_for_ever() : 1;
  });
  ::close(ready[1]);  // or a child that dies leaves the read waiting
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THAT(group_->processes(), ElementsAre(child));
  auto const folders = group_->folders();
  group_.reset();
  EXPECT_EQ(WTERMSIG(status_of(child)), SIGKILL);
  for (auto const& [controller, folder] : folders) EXPECT_FALSE(std::filesystem::exists(folder)) << folder;
  ::close(ready[0]);
}

TEST_F(live_cgroup, nests_and_takes_the_nested_group_of_a_killed_worker_with_it) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  pid_t const worker = forked([&] {
    if (group_->join_self() != 0) return 1;
    scoped_cgroup const nested(cgroup_hierarchy::detect(), "victim");
    pid_t const victim = ::fork();
    if (victim == 0) return nested.join_self() == 0 && ::write(ready[1], "x", 1) == 1 ? pause_for_ever() : 1;
    ::close(ready[1]);
    return pause_for_ever();
  });
  ::close(ready[1]);  // or a child that dies leaves the read waiting
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(group_->processes().size(), 2u);
  auto const folder = group_->folders().at(cgroup_controller::memory);
  group_.reset();
  EXPECT_EQ(WTERMSIG(status_of(worker)), SIGKILL);
  EXPECT_FALSE(std::filesystem::exists(folder));
  ::close(ready[0]);
}

TEST_F(live_cgroup, counts_the_forks_that_its_limit_refuses) {
  group_->set_process_limit(1);
  int const status = status_of(forked([&] {
    if (group_->join_self() != 0) return 1;
    return ::fork() < 0 && errno == EAGAIN ? 0 : 2;
  }));
  EXPECT_EQ(status, 0);
  EXPECT_GE(group_->process_limit_hits(), 1u);
}

TEST_F(live_cgroup, counts_the_kill_of_a_memory_hog) {
  constexpr std::size_t limit_bytes = 64u << 20;
  group_->set_memory_limit(limit_bytes);
  int const status = status_of(forked([&] {
    if (group_->join_self() != 0) return 1;
    void* const hog = ::mmap(nullptr, 2 * limit_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    runtime::touch_pages(static_cast<std::byte*>(hog), 2 * limit_bytes);
    return 0;
  }));
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  EXPECT_EQ(group_->oom_kills(), 1u);
}

TEST_F(live_cgroup, kills_a_fork_bomb) {
  group_->set_process_limit(50);
  pid_t const bomb = forked([&] {
    if (group_->join_self() != 0) return 1;
    ::signal(SIGCHLD, SIG_IGN);
    for (;;) ::fork();
  });
  while (group_->process_limit_hits() == 0 && ::waitpid(bomb, nullptr, WNOHANG) == 0) ::usleep(1000);
  EXPECT_TRUE(group_->kill_all());
  EXPECT_THAT(group_->processes(), IsEmpty());
  EXPECT_EQ(WTERMSIG(status_of(bomb)), SIGKILL);
}

TEST_F(live_cgroup, counts_the_cpu_time_of_the_ended) {
  ASSERT_EQ(status_of(forked([&] { return group_->join_self(); })), 0);
  EXPECT_GT(group_->cpu_ns(), 0u);
}

}  // namespace
}  // namespace unitcost::harness
