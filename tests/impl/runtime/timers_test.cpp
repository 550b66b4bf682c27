#include "impl/runtime/timers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <vector>

namespace unitcost::runtime {
namespace {

TEST(timers, are_taken_when_they_are_due_and_not_before) {
  timers all;
  timer one;
  EXPECT_TRUE(all.empty());
  EXPECT_EQ(all.next_due_ns(), timers::never_ns);
  all.start(one, 1000, 50);
  EXPECT_FALSE(all.empty());
  EXPECT_EQ(all.next_due_ns(), 1050);
  EXPECT_EQ(all.take_due(1049), nullptr);
  EXPECT_EQ(all.take_due(1050), &one);
  EXPECT_EQ(all.take_due(1050), nullptr);
  EXPECT_TRUE(all.empty());
}

TEST(timers, of_the_same_delay_are_taken_in_the_order_of_their_start) {
  timers all;
  std::array<timer, 3> started;
  for (timer& each : started) all.start(each, 7, 3);
  for (timer& each : started) EXPECT_EQ(all.take_due(10), &each);
}

TEST(timers, that_were_started_later_with_an_earlier_time_are_due_with_the_one_before) {
  timers all;
  timer one, other;
  all.start(one, 10, 5);
  all.start(other, 8, 5);
  EXPECT_EQ(all.take_due(14), nullptr);
  EXPECT_EQ(all.take_due(15), &one);
  EXPECT_EQ(all.take_due(15), &other);
}

TEST(timers, can_be_started_again_after_they_were_taken) {
  timers all;
  timer one, other;
  all.start(one, 0, 5);
  all.start(other, 1, 5);
  EXPECT_EQ(all.take_due(5), &one);
  all.start(one, 5, 5);
  EXPECT_EQ(all.take_due(20), &other);
  EXPECT_EQ(all.take_due(20), &one);
  EXPECT_TRUE(all.empty());
}

TEST(timers, that_are_stopped_are_never_taken_wherever_they_stand) {
  for (std::size_t stopped = 0; stopped < 3; ++stopped) {
    timers all;
    std::array<timer, 3> started;
    timer other, last;
    all.start(other, 0, 7);
    for (timer& each : started) all.start(each, 0, 5);
    all.stop(started[stopped]);
    all.start(last, 0, 5);
    for (std::size_t index = 0; index < 3; ++index)
      if (index != stopped) {
        EXPECT_EQ(all.take_due(5), &started[index]);
      }
    EXPECT_EQ(all.take_due(5), &last);
    EXPECT_EQ(all.take_due(7), &other);
    EXPECT_TRUE(all.empty());
  }
}

TEST(timers, can_be_started_again_after_the_only_one_was_stopped) {
  timers all;
  timer one;
  all.start(one, 0, 5);
  all.stop(one);
  EXPECT_TRUE(all.empty());
  EXPECT_EQ(all.next_due_ns(), timers::never_ns);
  all.start(one, 1, 5);
  EXPECT_EQ(all.take_due(6), &one);
}

TEST(timers, of_different_delays_are_taken_in_the_order_in_which_they_are_due) {
  timers all;
  std::vector<timer> started(1000);
  std::minstd_rand random(1);
  std::int64_t now_ns = 0;
  for (timer& each : started) {
    all.start(each, now_ns, 1 + 100 * static_cast<std::int64_t>(random() % 8));
    now_ns += static_cast<std::int64_t>(random() % 3);
  }
  std::int64_t before_ns = 0;
  std::size_t taken = 0;
  while (timer const* const due = all.take_due(1'000'000)) {
    EXPECT_GE(due->due_ns, before_ns);
    before_ns = due->due_ns;
    ++taken;
  }
  EXPECT_EQ(taken, started.size());
}

}  // namespace
}  // namespace unitcost::runtime
