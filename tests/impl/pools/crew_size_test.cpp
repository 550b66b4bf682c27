#include "impl/pools/crew_size.hpp"

#include <gtest/gtest.h>

namespace unitcost::pools {
namespace {

constexpr size_limits two_to_four{.least = 2, .most = 4, .grow_delay_ns = 100, .idle_time_out_ns = 1000};

TEST(crew_size, does_not_grow_while_no_task_waits) {
  EXPECT_EQ(next_start_ns(two_to_four, {.threads = 2}), std::nullopt);
  EXPECT_EQ(next_start_ns(two_to_four, {.threads = 2, .blocked = 2}), std::nullopt);
}

TEST(crew_size, does_not_grow_while_a_thread_is_idle) {
  EXPECT_EQ(next_start_ns(two_to_four, {.threads = 2, .idle = 1, .waiting_since_ns = 5}), std::nullopt);
}

TEST(crew_size, grows_when_the_oldest_task_has_waited_for_the_delay) {
  EXPECT_EQ(next_start_ns(two_to_four, {.threads = 2, .waiting_since_ns = 5}), 105);
}

TEST(crew_size, starts_one_thread_a_delay) {
  EXPECT_EQ(next_start_ns(two_to_four, {.threads = 3, .waiting_since_ns = 5, .last_start_ns = 105}), 205);
}

TEST(crew_size, never_exceeds_its_most) {
  EXPECT_EQ(next_start_ns(two_to_four, {.threads = 4, .waiting_since_ns = 5}), std::nullopt);
  EXPECT_EQ(next_start_ns(two_to_four, {.threads = 4, .blocked = 4, .waiting_since_ns = 5}), std::nullopt);
}

TEST(crew_size, replaces_a_blocked_thread_at_once) {
  EXPECT_EQ(next_start_ns(two_to_four, {.threads = 2, .blocked = 1, .waiting_since_ns = 5, .last_start_ns = 90}), 5);
}

TEST(crew_size, waits_for_the_delay_again_when_as_many_as_the_least_can_run) {
  EXPECT_EQ(next_start_ns(two_to_four, {.threads = 3, .blocked = 1, .waiting_since_ns = 5}), 105);
}

TEST(crew_size, shrinks_to_the_least_that_can_run) {
  EXPECT_TRUE(may_retire(two_to_four, {.threads = 3, .idle = 3}));
  EXPECT_FALSE(may_retire(two_to_four, {.threads = 2, .idle = 2}));
  EXPECT_FALSE(may_retire(two_to_four, {.threads = 3, .idle = 2, .blocked = 1}))
      << "two would be left, of which one can run";
}

}  // namespace
}  // namespace unitcost::pools
