#include "impl/runtime/io_uring_queues.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <system_error>

#include "impl/runtime/clock.hpp"
#include "impl/runtime/timers.hpp"
#include "tests/injected_calls.hpp"

namespace unitcost::runtime {
namespace {

class io_uring_queues_test : public testing::Test {
 protected:
  void SetUp() override {
    if (auto const why = io_uring_queues::why_none(); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_F(io_uring_queues_test, hand_over_again_what_the_kernel_had_no_resources_for) {
  io_uring_queues queues;
  io_uring_prep_nop(&queues.next_entry(7));
  test::injected_calls const refused({.waits_fail_with = EAGAIN, .failing_waits = 3});
  while (queues.completed() == 0) queues.submit_and_wait(timers::never_ns);
  auto const told = queues.take();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->tag, 7u);
}

template <class Call>
void expect_to_give_up(Call call) {
  auto const calling_for_ever = [&call] {
    for (;;) call();
  };
  EXPECT_THAT(calling_for_ever, testing::ThrowsMessage<std::system_error>(testing::HasSubstr("100 times in a row")));
}

TEST_F(io_uring_queues_test, say_so_where_the_kernel_never_has_the_resources) {
  io_uring_queues queues;
  test::injected_calls const refused({.waits_fail_with = EAGAIN});
  expect_to_give_up([&queues] { queues.submit(); });
  expect_to_give_up([&queues] { queues.submit_and_wait(timers::never_ns); });
  expect_to_give_up([&queues] { queues.submit_and_wait(now_ns() + 1'000'000'000); });
  expect_to_give_up([&queues] { io_uring_prep_nop(&queues.next_entry(0)); });  // once the queue is full
}

}  // namespace
}  // namespace unitcost::runtime
