#include "impl/process/child_group.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "impl/model.hpp"
#include "impl/process/child_end.hpp"
#include "impl/process/unit_crashed.hpp"

namespace unitcost::processes {
namespace {

void wait_for_ever() {
  for (;;) ::pause();
}

bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD; }

TEST(child_group, kills_and_reaps_what_is_left_when_it_is_destroyed) {
  {
    child_group group(3);
    for (int child = 0; child < 3; ++child) group.spawn(wait_for_ever);
    EXPECT_TRUE(has_children());
  }
  EXPECT_FALSE(has_children());
}

TEST(child_group, reaps_all_before_it_tells_of_the_one_that_failed) {
  child_group group(3);
  group.spawn([] {});
  group.spawn([] { ::raise(SIGKILL); });
  group.spawn([] {});
  EXPECT_THROW(group.reap_all(), unit_crashed);
  EXPECT_FALSE(has_children());
}

TEST(child_group, names_children_that_are_no_units) {
  child_group group(1);
  group.spawn([] { throw limit_reached("planted"); });
  try {
    group.reap_all("the clients");
    ADD_FAILURE() << "nothing was thrown";
  } catch (limit_reached const& error) {
    EXPECT_STREQ(error.what(), "the clients: planted");
  }
  child_group killed(1);
  killed.spawn([] { ::raise(SIGKILL); });
  try {
    killed.reap_all("the clients");
    ADD_FAILURE() << "nothing was thrown";
  } catch (unit_crashed const& error) {
    EXPECT_EQ(error.signal, SIGKILL);
    EXPECT_TRUE(std::string(error.what()).starts_with("the clients: process ")) << error.what();
  }
}

TEST(child_group, ends_a_wait_when_a_child_dies) {
  child_group group(2);
  runtime::shared_object<runtime::futex_word> word(0u);
  group.spawn(wait_for_ever);
  group.spawn([] { ::raise(SIGKILL); });
  EXPECT_THROW(group.wait_while(*word, 0, unexpected_end::failed), unit_crashed);
}

TEST(child_group, ends_a_wait_when_a_child_leaves_that_should_stay) {
  child_group group(1);
  runtime::shared_object<runtime::futex_word> word(0u);
  group.spawn([] {});
  EXPECT_THROW(group.wait_while(*word, 0, unexpected_end::any), unit_crashed);
}

TEST(child_group, ends_a_wait_for_arrivals_when_a_child_dies) {
  child_group group(1);
  runtime::shared_object<unit_arrivals> arrivals;
  group.spawn([] { throw std::runtime_error("planted"); });
  EXPECT_THROW(group.await_arrivals(*arrivals, 1), unit_crashed);
}

TEST(child_group, runs_no_exit_handler_of_the_parents_in_a_child) {
  static runtime::shared_object<std::atomic<int>> handlers(0);
  EXPECT_EXIT(
      {
        std::atexit([] { ++*handlers; });
        child_group group(1);
        group.spawn([] {});
        group.reap_all();
        ::_exit(handlers->load());
      },
      testing::ExitedWithCode(0), "");
}

TEST(child_end, describes_a_signal_and_a_status) {
  EXPECT_EQ((child_end{12, SIGSEGV, 0}.description()), "process 12 was killed by signal 11 (Segmentation fault)");
  EXPECT_EQ((child_end{12, 0, 3}.description()), "process 12 left with status 3");
}

TEST(process_limits, begin_with_the_smallest) {
  auto const limits = process_limits();
  ASSERT_FALSE(limits.empty());
  for (auto const& each : limits) EXPECT_GE(each.most, most_processes());
}

TEST(shared_failure, keeps_the_first_of_two) {
  shared_failure failure;
  failure.rethrow();
  failure.record_end({12, SIGSEGV, 0});
  failure.record_end({13, SIGKILL, 0});
  try {
    failure.rethrow();
    ADD_FAILURE() << "nothing was thrown";
  } catch (unit_crashed const& error) {
    EXPECT_EQ(error.pid, 12);
    EXPECT_EQ(error.signal, SIGSEGV);
  }
}

}  // namespace
}  // namespace unitcost::processes
