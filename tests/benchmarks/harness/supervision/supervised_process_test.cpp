#include "benchmarks/harness/supervision/supervised_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <system_error>

#include "benchmarks/harness/supervision/ownership_marker.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "tests/benchmarks/harness/supervision/process_watching.hpp"

namespace unitcost::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Children without a cgroup, so that the tests need no privilege: limits are polled, survivors are found by their
/// mark.
class supervised_process : public testing::Test {
 protected:
  process_outcome shell(std::string const& script) {
    return run_supervised({"/bin/sh", "-c", script}, limits, nullptr, interruption);
  }

  void TearDown() override {
    auto const left = processes_marked_by_prefix(ownership_prefix());
    EXPECT_THAT(left, IsEmpty());
    for (int process : left) ::kill(process, SIGKILL);
  }

  process_limits limits{.time_s = 60, .memory_bytes = 0, .processes = 0, .output_bytes = 16u << 20};
  interrupt interruption;
};

void expect_no_limit_met(process_outcome const& outcome) {
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_FALSE(outcome.output_exceeded);
  EXPECT_FALSE(outcome.memory_exceeded);
  EXPECT_FALSE(outcome.processes_exceeded);
  EXPECT_FALSE(outcome.interrupted);
}

void expect_killed(process_outcome const& outcome) {
  EXPECT_TRUE(WIFSIGNALED(outcome.wait_status));
  EXPECT_EQ(WTERMSIG(outcome.wait_status), SIGKILL);
}

TEST_F(supervised_process, confines_its_child_to_the_cpus_it_is_given) {
  auto const allowed = runtime::allowed_cpus();
  if (allowed.size() < 2) GTEST_SKIP() << "needs two CPUs";
  int const last = allowed.back();
  EXPECT_THAT(run_supervised({"/bin/sh", "-c", "grep Cpus_allowed_list /proc/self/status"}, limits, nullptr,
                             interruption, {last})
                  .output,
              HasSubstr("Cpus_allowed_list:\t" + std::to_string(last) + "\n"));
}

TEST_F(supervised_process, adds_what_it_is_given_to_its_childs_environment_and_to_no_other) {
  std::vector<std::string> const tells{"/bin/sh", "-c", "echo \"$UNITCOST_TEST_COLOUR of ${PATH:+a path}\""};
  EXPECT_EQ(run_supervised(tells, limits, nullptr, interruption, {}, {{"UNITCOST_TEST_COLOUR", "blue"}}).output,
            "blue of a path\n");
  EXPECT_EQ(run_supervised(tells, limits, nullptr, interruption).output, " of a path\n");
}

TEST_F(supervised_process, tells_the_exit_code_of_its_child) {
  process_outcome const outcome = shell("exit 7");
  EXPECT_TRUE(WIFEXITED(outcome.wait_status));
  EXPECT_EQ(WEXITSTATUS(outcome.wait_status), 7);
  expect_no_limit_met(outcome);
  EXPECT_THAT(outcome.left_behind, IsEmpty());
  EXPECT_GT(outcome.usage.ru_minflt, 0);
}

TEST_F(supervised_process, tells_the_signal_that_ended_its_child) {
  process_outcome const outcome = shell("kill -SEGV $$");
  EXPECT_TRUE(WIFSIGNALED(outcome.wait_status));
  EXPECT_EQ(WTERMSIG(outcome.wait_status), SIGSEGV);
  expect_no_limit_met(outcome);
}

TEST_F(supervised_process, tells_a_program_that_does_not_exist_by_exit_code_127) {
  process_outcome const outcome = run_supervised({"/nonexistent/program"}, limits, nullptr, interruption);
  EXPECT_EQ(WEXITSTATUS(outcome.wait_status), 127);
}

TEST_F(supervised_process, reads_the_record_through_its_descriptor_and_all_else_as_output) {
  process_outcome const outcome = shell("echo record >&3; echo out; echo err >&2");
  EXPECT_EQ(outcome.record_text, "record\n");
  EXPECT_EQ(outcome.output, "out\nerr\n");
}

TEST_F(supervised_process, reads_a_record_greater_than_a_pipe_to_its_end) {
  process_outcome const outcome = shell("head -c 300000 /dev/zero | tr '\\0' x >&3; printf end >&3");
  EXPECT_EQ(outcome.record_text.size(), 300'003u);
  EXPECT_THAT(outcome.record_text, testing::EndsWith("xend"));
}

TEST_F(supervised_process, does_not_wait_for_a_record_whose_pipe_an_orphan_keeps_open) {
  process_outcome const outcome = shell("sleep 300 & echo record >&3");
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_EQ(outcome.record_text, "record\n");
}

TEST_F(supervised_process, gives_its_child_an_empty_input) { EXPECT_EQ(shell("wc -c").output, "0\n"); }

TEST_F(supervised_process, makes_its_child_the_leader_of_a_process_group) {
  EXPECT_EQ(shell("read pid name state parent group rest < /proc/self/stat; [ $group = $$ ] && echo leader").output,
            "leader\n");
}

TEST_F(supervised_process, lets_signals_end_its_child_though_it_has_blocked_them_itself) {
  process_outcome const outcome = shell("kill -TERM $$; exit 7");
  EXPECT_TRUE(WIFSIGNALED(outcome.wait_status));
  EXPECT_EQ(WTERMSIG(outcome.wait_status), SIGTERM);
}

TEST_F(supervised_process, keeps_the_first_four_kibibytes_of_output) {
  process_outcome const outcome = shell("printf begin; head -c 100000 /dev/zero | tr '\\0' x");
  EXPECT_THAT(outcome.output, SizeIs(4096));
  EXPECT_THAT(outcome.output, testing::StartsWith("beginxxx"));
  expect_no_limit_met(outcome);
}

TEST_F(supervised_process, kills_a_child_that_writes_output_without_end) {
  limits.output_bytes = 1u << 20;
  process_outcome const outcome = shell("cat /dev/zero");
  EXPECT_TRUE(outcome.output_exceeded);
  EXPECT_FALSE(outcome.timed_out);
  expect_killed(outcome);
  EXPECT_THAT(outcome.output, SizeIs(4096));
}

TEST_F(supervised_process, kills_a_child_that_writes_a_record_without_end) {
  limits.output_bytes = 1u << 20;
  process_outcome const outcome = shell("cat /dev/zero >&3");
  EXPECT_TRUE(outcome.output_exceeded);
  expect_killed(outcome);
}

TEST_F(supervised_process, notices_an_excess_of_output_by_a_child_that_ended_well) {
  limits.output_bytes = 1000;
  process_outcome const outcome = shell("head -c 2000 /dev/zero");
  EXPECT_TRUE(outcome.output_exceeded);
}

TEST_F(supervised_process, kills_at_the_time_limit_a_child_that_ignores_sigterm) {
  limits.time_s = 0.2;
  process_outcome const outcome = shell("trap '' TERM INT HUP; while :; do sleep 1; done");
  EXPECT_TRUE(outcome.timed_out);
  expect_killed(outcome);
}

/// That nothing is left is looked at after every test.
TEST_F(supervised_process, kills_at_the_time_limit_what_its_child_started_too) {
  limits.time_s = 1;
  process_outcome const outcome = shell("sleep 300 & wait");
  EXPECT_TRUE(outcome.timed_out);
  expect_killed(outcome);
}

TEST_F(supervised_process, kills_a_child_beyond_its_memory_limit_where_no_cgroup_does) {
  limits.memory_bytes = 16u << 20;
  process_outcome const outcome = shell("text=$(head -c 40000000 /dev/zero | tr '\\0' x); sleep 300");
  EXPECT_TRUE(outcome.memory_exceeded);
  EXPECT_FALSE(outcome.timed_out);
  expect_killed(outcome);
}

TEST_F(supervised_process, kills_an_orphaned_grandchild_and_names_it) {
  process_outcome const outcome = shell("sleep 300 & echo $! >&3");
  int const grandchild = std::stoi(outcome.record_text);
  EXPECT_THAT(outcome.left_behind, ElementsAre(grandchild));
  EXPECT_FALSE(still_runs(grandchild));
}

TEST_F(supervised_process, kills_a_grandchild_that_fled_into_a_session_of_its_own) {
  process_outcome const outcome = shell("setsid sleep 300 & echo $! >&3; sleep 0.2");
  int const grandchild = std::stoi(outcome.record_text);
  EXPECT_THAT(outcome.left_behind, ElementsAre(grandchild));
  EXPECT_FALSE(still_runs(grandchild));
}

TEST_F(supervised_process, kills_an_orphan_that_has_cleared_its_environment) {
  process_outcome const outcome = shell("env -i /bin/sleep 300 & echo $! >&3; sleep 0.2");
  int const grandchild = std::stoi(outcome.record_text);
  EXPECT_THAT(outcome.left_behind, ElementsAre(grandchild));
  EXPECT_FALSE(still_runs(grandchild));
}

TEST_F(supervised_process, leaves_alone_a_child_that_was_there_before) {
  pid_t const earlier = ::fork();
  if (earlier == 0) {
    ::pause();
    ::_exit(0);
  }
  EXPECT_THAT(shell("exit 0").left_behind, IsEmpty());
  EXPECT_EQ(::waitpid(earlier, nullptr, WNOHANG), 0);
  ::kill(earlier, SIGKILL);
  ::waitpid(earlier, nullptr, 0);
}

TEST_F(supervised_process, does_not_blame_a_child_that_it_killed_for_what_that_left_behind) {
  limits.output_bytes = 1000;
  EXPECT_THAT(shell("sleep 300 & cat /dev/zero").left_behind, IsEmpty());
  limits = {.time_s = 0.2, .memory_bytes = 0, .processes = 0, .output_bytes = 1000};
  EXPECT_THAT(shell("sleep 300 & wait").left_behind, IsEmpty());
}

TEST_F(supervised_process, kills_its_child_when_the_user_interrupts) {
  ::raise(SIGINT);
  process_outcome const outcome = shell("sleep 300");
  EXPECT_TRUE(outcome.interrupted);
  EXPECT_FALSE(outcome.timed_out);
  expect_killed(outcome);
}

}  // namespace
}  // namespace unitcost::harness
