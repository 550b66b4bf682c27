#include "benchmarks/harness/machine/event_counter.hpp"

#include <gmock/gmock.h>
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
  // Starting and ending takes calls as well: some tens, more where a sanitizer or a busy machine adds its own. Far
  // fewer than these, so that neither can be missed nor counted twice.
  constexpr int times = 20'000;
  auto const once_and_some = testing::AllOf(testing::Ge(times), testing::Lt(2 * times));
  EXPECT_THAT(calls_of([&] { in_a_thread(times); }), once_and_some);
  EXPECT_THAT(calls_of([&] { in_a_process(times); }), once_and_some);
}

TEST_F(event_counter_of_calls, counts_a_switch_for_each_wait) {
  event_counter const counter(kernel_event::context_switch);
  std::uint64_t const before = counter.value();
  for (int wait = 0; wait < 20; ++wait) ::usleep(100);
  EXPECT_GE(counter.value() - before, 20u);
}

}  // namespace
}  // namespace unitcost::harness
