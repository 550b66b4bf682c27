#include "impl/runtime/stack_overflow.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstddef>

namespace unitcost::runtime {
namespace {

/// Two mappings and a thread that is watched: what a test strikes.
struct watched {
  stack_mapping stacks{16384, stack_guard::page, 4};
  stack_mapping root_stacks{65536, stack_guard::page, 1};
  overflow_watch watch{"model", stacks, root_stacks};
};

void write_to(std::byte* where) { *static_cast<std::byte volatile*>(where) = std::byte{1}; }

void write_into_a_guard() {
  watched here;
  write_to(here.stacks.take().data() - 100);
}

void write_into_a_roots_guard() {
  watched here;
  write_to(here.root_stacks.take().data() - 100);
}

TEST(overflow_watch_death, names_the_model_and_the_size_of_the_stack_whose_guard_was_hit) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(write_into_a_guard(), "model: a unit overflowed its stack of 16384 bytes");
  EXPECT_DEATH(write_into_a_roots_guard(), "model: a unit overflowed its stack of 65536 bytes");
}

void handle_by_exit(int, siginfo_t*, void*) { ::_exit(42); }

struct sigaction exiting() {
  struct sigaction action {};
  action.sa_sigaction = &handle_by_exit;
  action.sa_flags = SA_SIGINFO;
  return action;
}

void fault_elsewhere() {
  struct sigaction const earlier = exiting();
  ::sigaction(SIGSEGV, &earlier, nullptr);
  watched here;
  write_to(nullptr);
}

void send_the_signal() {
  struct sigaction const earlier = exiting();
  ::sigaction(SIGSEGV, &earlier, nullptr);
  watched here;
  ::raise(SIGSEGV);
}

TEST(overflow_watch_death, leaves_every_other_fault_to_the_handler_that_was_there_before) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(fault_elsewhere(), testing::ExitedWithCode(42), "^$");
  EXPECT_EXIT(send_the_signal(), testing::ExitedWithCode(42), "^$");
}

TEST(overflow_watch, puts_the_handler_and_the_threads_signal_stack_back) {
  struct sigaction before {
  }, during{}, after{};
  stack_t stack_before{}, stack_after{};
  ::sigaction(SIGSEGV, nullptr, &before);
  ::sigaltstack(nullptr, &stack_before);
  {
    watched here;
    ::sigaction(SIGSEGV, nullptr, &during);
  }
  ::sigaction(SIGSEGV, nullptr, &after);
  ::sigaltstack(nullptr, &stack_after);
  EXPECT_NE(during.sa_sigaction, before.sa_sigaction);
  EXPECT_EQ(after.sa_sigaction, before.sa_sigaction);
  EXPECT_EQ(stack_after.ss_sp, stack_before.ss_sp);
  EXPECT_EQ(stack_after.ss_flags, stack_before.ss_flags);
}

TEST(overflow_watch, leaves_a_handler_that_came_after_it) {
  struct sigaction const later = exiting();
  struct sigaction before {
  }, after{};
  ::sigaction(SIGSEGV, nullptr, &before);
  {
    watched here;
    ::sigaction(SIGSEGV, &later, nullptr);
  }
  ::sigaction(SIGSEGV, &before, &after);
  EXPECT_EQ(after.sa_sigaction, &handle_by_exit);
}

}  // namespace
}  // namespace unitcost::runtime
