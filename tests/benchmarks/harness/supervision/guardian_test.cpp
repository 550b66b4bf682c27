#include "benchmarks/harness/supervision/guardian.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "benchmarks/harness/supervision/interrupt.hpp"
#include "benchmarks/harness/supervision/ownership_marker.hpp"
#include "benchmarks/harness/supervision/process_balance.hpp"
#include "benchmarks/harness/supervision/supervised_process.hpp"
#include "tests/benchmarks/harness/supervision/process_watching.hpp"

namespace unitcost::harness {
namespace {

using testing::IsEmpty;

/// A supervisor in a process of its own, with a guardian and a child that has started a grandchild.
class doomed_supervisor {
 public:
  doomed_supervisor() : process_(::fork()) {
    if (process_ == 0) supervise();
  }
  doomed_supervisor(doomed_supervisor const&) = delete;
  doomed_supervisor& operator=(doomed_supervisor const&) = delete;
  ~doomed_supervisor() {
    end_by(SIGKILL);
    for (int process : marked()) ::kill(process, SIGKILL);
  }

  std::vector<int> marked() const { return processes_marked_by_prefix(std::to_string(process_) + "."); }
  void end_by(int signal) {
    if (ended_) return;
    ::kill(process_, signal);
    ::waitpid(process_, nullptr, 0);
    ended_ = true;
  }

 private:
  [[noreturn]] static void supervise() {
    {
      guardian const watching;
      interrupt interruption;
      run_supervised({"/bin/sh", "-c", "setsid sleep 300 & wait"}, {.time_s = 120}, nullptr, interruption);
    }
    ::_exit(0);
  }
  pid_t process_;
  bool ended_ = false;
};

TEST(guardian, kills_what_a_killed_supervisor_was_running) {
  doomed_supervisor supervisor;
  ASSERT_TRUE(comes_true([&] { return supervisor.marked().size() == 2; }));
  supervisor.end_by(SIGKILL);
  EXPECT_TRUE(comes_true([&] { return supervisor.marked().empty(); }));
}

TEST(guardian, has_nothing_to_do_when_the_supervisor_ends_in_peace) {
  auto const before = read_process_balance();
  { guardian const watching; }
  auto const after = read_process_balance();
  EXPECT_EQ(after.children, before.children);
  EXPECT_EQ(after.descriptors, before.descriptors);
}

TEST(guardian, kills_nothing_when_it_is_dismissed) {
  std::string const mark = next_ownership_mark();
  pid_t const child = ::fork();
  if (child == 0) {
    ::setenv(ownership_variable, mark.c_str(), 1);
    ::execl("/bin/sleep", "sleep", "300", nullptr);
    ::_exit(127);
  }
  ASSERT_TRUE(comes_true([] { return processes_marked_by_prefix(ownership_prefix()).size() == 1; }));
  { guardian const watching; }
  EXPECT_EQ(::waitpid(child, nullptr, WNOHANG), 0);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace unitcost::harness
