#include "benchmarks/harness/contenders/contender_dialogue.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <vector>

#include "benchmarks/harness/supervision/ended_as.hpp"
#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// A shell that does this.
std::vector<std::string> shell_that(std::string const& script) { return {"/bin/sh", "-c", script}; }

constexpr char answer_each_line[] = "while read -r line; do echo \"heard $line\" >&3; done; echo over >&3";

TEST(contender_dialogue, is_asked_on_stdin_and_answers_line_by_line_on_descriptor_3) {
  contender_dialogue program(shell_that(answer_each_line));
  EXPECT_EQ(program.ask("one"), "heard one");
  EXPECT_EQ(program.ask("two"), "heard two");
  EXPECT_EQ(program.finish(), "over\n");
}

TEST(contender_dialogue, leaves_the_program_alive_between_two_questions) {
  contender_dialogue program(shell_that(answer_each_line));
  program.ask("one");
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(program.process()), &ended, WEXITED | WNOHANG | WNOWAIT), 0);
  EXPECT_EQ(ended.si_pid, 0) << "it is a zombie";
}

TEST(contender_dialogue, takes_an_answer_in_pieces) {
  contender_dialogue program(shell_that("read -r line; printf he >&3; sleep 0.01; echo ard >&3; read -r line; exit 0"));
  EXPECT_EQ(program.ask("one"), "heard");
  EXPECT_EQ(program.finish(), "");
}

void expect_answered_too_early(contender_dialogue& program) {
  try {
    program.ask("two");
    FAIL() << "took an answer that was there before its question";
  } catch (ended_as const& error) {
    EXPECT_EQ(error.end(), ending::wrong_result);
    EXPECT_THAT(error.what(), HasSubstr("before it was asked two"));
  }
}

TEST(contender_dialogue, takes_no_answer_that_came_with_the_one_before) {
  contender_dialogue program(shell_that("read -r line; printf 'heard\\nearly\\n' >&3; read -r line"));
  EXPECT_EQ(program.ask("one"), "heard");
  expect_answered_too_early(program);
}

TEST(contender_dialogue, takes_no_answer_that_came_while_nobody_asked) {
  auto const told = runtime::open_pipe();
  std::string const tell = "echo x >&" + std::to_string(told.writing.get());
  ::fcntl(told.writing.get(), F_SETFD, 0);  // the shell's, too
  contender_dialogue program(shell_that("read -r line; echo heard >&3; echo early >&3; " + tell + "; read -r line"));
  EXPECT_EQ(program.ask("one"), "heard");
  char one = 0;
  ASSERT_EQ(::read(told.reading.get(), &one, 1), 1);
  expect_answered_too_early(program);
}

TEST(contender_dialogue, takes_a_last_word_without_a_lines_end) {
  contender_dialogue program(shell_that("read -r line; printf over >&3"));
  EXPECT_EQ(program.ask("one"), "over");
}

TEST(contender_dialogue, tells_how_a_program_died_that_was_asked) {
  contender_dialogue program(shell_that("read -r line; kill -SEGV $$"));
  EXPECT_THAT([&] { program.ask("how many?"); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("how many?"), HasSubstr("Segmentation fault"))));
}

TEST(contender_dialogue, survives_a_question_to_a_program_that_has_gone) {
  contender_dialogue program(shell_that("exit 3"));
  EXPECT_THAT([&] { program.ask("there?"); }, ThrowsMessage<std::runtime_error>(HasSubstr("status 3")));
}

TEST(contender_dialogue, does_not_wait_for_those_who_still_hold_the_descriptor_of_a_program_that_has_ended) {
  contender_dialogue program(shell_that("read -r line; sleep 30 & echo $! >&3; read -r line; exit 0"));
  pid_t const sleeper = std::stoi(program.ask("who sleeps?"));
  EXPECT_EQ(program.finish(), "");
  EXPECT_EQ(::kill(sleeper, SIGKILL), 0);
}

TEST(contender_dialogue, tells_how_a_program_ended_that_was_to_end_by_itself) {
  contender_dialogue program(shell_that("read -r line; echo done >&3; read -r line; exit 4"));
  program.ask("one");
  EXPECT_THAT([&] { program.finish(); }, ThrowsMessage<std::runtime_error>(HasSubstr("status 4")));
}

TEST(contender_dialogue, ends_one_that_floods_the_descriptor_as_limit_reached) {
  contender_dialogue program(shell_that("read -r line; exec cat /dev/zero >&3"));
  try {
    program.ask("one");
    FAIL() << "took a line without an end";
  } catch (ended_as const& error) {
    EXPECT_EQ(error.end(), ending::limit_reached);
    EXPECT_THAT(error.what(), HasSubstr("to descriptor 3"));
  }
}

TEST(contender_dialogue, that_is_broken_off_leaves_nobody_and_sigpipe_as_it_was) {
  auto const before = ::signal(SIGPIPE, SIG_DFL);
  pid_t process = 0;
  {
    contender_dialogue program(shell_that("exec sleep 30"));
    process = program.process();
  }
  EXPECT_EQ(::kill(process, 0), -1);
  EXPECT_EQ(::signal(SIGPIPE, before), SIG_DFL);
}

TEST(contender_dialogue, that_cannot_be_watched_leaves_nobody) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  int const lowest = ::dup(0);
  ::close(lowest);
  rlimit const two_pipes{static_cast<rlim_t>(lowest + 4), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &two_pipes), 0);
  EXPECT_ANY_THROW(contender_dialogue program(shell_that("exec sleep 30")));
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "it is still there";
}

TEST(contender_dialogue, gives_the_program_sigpipe_as_it_is_by_default) {
  contender_dialogue program(shell_that("read -r line; grep SigIgn /proc/self/status >&3"));
  auto const ignored = std::stoull(program.ask("what do you ignore?").substr(8), nullptr, 16);
  EXPECT_EQ(ignored & (1u << (SIGPIPE - 1)), 0u);
}

TEST(contender_dialogue, with_a_program_that_does_not_exist_is_an_error) {
  EXPECT_THROW(contender_dialogue(std::vector<std::string>{"/nonexistent"}), std::system_error);
}

}  // namespace
}  // namespace unitcost::harness
