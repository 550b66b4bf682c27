#include "benchmarks/harness/supervision/ownership_marker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <optional>

#include "impl/runtime/owned_descriptor.hpp"
#include "tests/benchmarks/harness/supervision/process_watching.hpp"

namespace unitcost::harness {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

/// A `sleep` whose only environment is the given mark and a variable before it.
class marked_process {
 public:
  explicit marked_process(std::optional<std::string> const& mark) {
    runtime::pipe_ends until_exec = runtime::open_pipe();
    std::string variable = std::string(ownership_variable) + "=" + mark.value_or("");
    process_ = ::fork();
    if (process_ == 0) become_sleep(mark ? variable.data() : nullptr);
    until_exec.writing.reset();
    char word = 0;
    (void)!::read(until_exec.reading.get(), &word, 1);          // ends when exec closes the other end
    (void)comes_true([this] { return still_runs(process_); });  // the kernel shows arguments and environment together
  }
  marked_process(marked_process const&) = delete;
  marked_process& operator=(marked_process const&) = delete;
  ~marked_process() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  int id() const { return process_; }
  void end_without_reaping() const {
    ::kill(process_, SIGKILL);
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(process_), &ended, WEXITED | WNOWAIT);
  }

 private:
  [[noreturn]] static void become_sleep(char* variable) {
    char program[] = "sleep", length[] = "60", other[] = "X_UNITCOST_OWNER=7.7";
    char* const arguments[] = {program, length, nullptr};
    char* const environment[] = {other, variable, nullptr};
    ::execve("/bin/sleep", arguments, environment);
    ::_exit(127);
  }
  pid_t process_ = -1;
};

TEST(ownership_mark, begins_with_this_process_and_is_never_handed_out_twice) {
  std::string const first = next_ownership_mark(), second = next_ownership_mark();
  EXPECT_THAT(first, StartsWith(ownership_prefix()));
  EXPECT_THAT(ownership_prefix(), testing::EndsWith(std::to_string(::getpid()) + "."));
  EXPECT_NE(first, second);
}

TEST(ownership_mark, of_a_nested_supervisor_begins_with_the_outer_ones) {
  ::setenv(ownership_variable, "41.1", 1);
  EXPECT_EQ(ownership_prefix(), "41.1/" + std::to_string(::getpid()) + ".");
  ::unsetenv(ownership_variable);
  EXPECT_EQ(ownership_prefix(), std::to_string(::getpid()) + ".");
}

TEST(processes_marked, finds_the_marked_process_and_what_a_nested_supervisor_marked) {
  std::string const mark = next_ownership_mark();
  marked_process const own(mark), nested(mark + "/41.1");
  EXPECT_THAT(processes_marked(mark), UnorderedElementsAre(own.id(), nested.id()));
}

TEST(processes_marked, does_not_take_a_longer_number_for_the_mark) {
  std::string const mark = next_ownership_mark();
  marked_process const other(mark + "0");
  EXPECT_THAT(processes_marked(mark), IsEmpty());
}

TEST(processes_marked, passes_over_the_unmarked_and_zombies) {
  std::string const mark = next_ownership_mark();
  marked_process const unmarked(std::nullopt), dead(mark);
  EXPECT_THAT(processes_marked_by_prefix("7.7"), Not(Contains(unmarked.id())));
  EXPECT_THAT(processes_marked(mark), ElementsAre(dead.id()));
  dead.end_without_reaping();
  EXPECT_THAT(processes_marked(mark), IsEmpty());
}

TEST(processes_marked_by_prefix, finds_all_that_one_supervisor_started) {
  marked_process const first(next_ownership_mark()), second(next_ownership_mark());
  EXPECT_THAT(processes_marked_by_prefix(ownership_prefix()), UnorderedElementsAre(first.id(), second.id()));
}

}  // namespace
}  // namespace unitcost::harness
