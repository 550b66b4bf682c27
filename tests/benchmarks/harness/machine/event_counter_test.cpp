#include "benchmarks/harness/machine/event_counter.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <thread>

namespace unitcost::harness {
namespace {

void call_often(int times) {
  for (int time = 0; time < times; ++time) ::syscall(SYS_getppid);
}

class event_counter_of_calls : public testing::Test {
 protected:
  void SetUp() override {
    if (auto const why = event_counter::why_not(); !why.empty()) GTEST_SKIP() << why;
  }
  /// How many calls `act` makes, less what looking makes.
  template <class Act>
  static std::uint64_t calls_of(Act act) {
    event_counter const counter(kernel_event::system_call);
    std::uint64_t const before = counter.value();
    act();
    return counter.value() - before - 1;
  }
};

TEST_F(event_counter_of_calls, counts_each_of_the_calling_thread) {
  EXPECT_EQ(calls_of([] { call_often(1000); }), 1000u);
}

TEST_F(event_counter_of_calls, counts_those_of_threads_and_processes_that_are_started_and_have_ended) {
  auto const in_a_thread = [](int times) { std::jthread([=] { call_often(times); }).join(); };
  auto const in_a_process = [](int times) {
    pid_t const child = ::fork();
    if (child == 0) {
      call_often(times);
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
  };
  // What starting and ending takes may differ by a few: a futex, a malloc arena.
  EXPECT_NEAR(static_cast<double>(calls_of([&] { in_a_thread(1000); }) - calls_of([&] { in_a_thread(0); })), 1000, 20);
  EXPECT_NEAR(static_cast<double>(calls_of([&] { in_a_process(1000); }) - calls_of([&] { in_a_process(0); })), 1000, 20);
}

TEST_F(event_counter_of_calls, counts_a_switch_for_each_wait) {
  event_counter const counter(kernel_event::context_switch);
  std::uint64_t const before = counter.value();
  for (int wait = 0; wait < 20; ++wait) ::usleep(100);
  EXPECT_GE(counter.value() - before, 20u);
}

}  // namespace
}  // namespace unitcost::harness
