#include "benchmarks/measures/scheduling/task_account.hpp"

#include <gtest/gtest.h>

#include "impl/runtime/clock.hpp"

namespace unitcost::measures {
namespace {

TEST(queue_account_in, reads_what_a_task_waited_and_how_often_it_got_a_cpu) {
  EXPECT_EQ(queue_account_in("3966073 377358 12"), (queue_account{.waited_ns = 377'358, .turns = 12}));
}

TEST(queue_account_in, is_nothing_where_the_kernel_does_not_count_or_says_something_else) {
  for (char const* line : {"0 0 0", "", "1 2", "1 2 3 4", "one 2 3", "1 two 3", "1 2 -3"})
    EXPECT_EQ(queue_account_in(line), std::nullopt) << line;
}

TEST(read_own_account, only_grows_and_counts_no_more_than_passed) {
  task_account const first = read_own_account();
  runtime::sleep_until(runtime::now_ns() + 2'000'000);
  task_account const second = read_own_account();
  EXPECT_GE(second.at_ns - first.at_ns, 2'000'000);
  EXPECT_GE(second.running_ns, first.running_ns);
  EXPECT_GE(second.runnable_ns, first.runnable_ns);
  EXPECT_GT(second.switches, first.switches) << "who sleeps is switched away from";
  std::int64_t const counted_ns = second.running_ns + second.runnable_ns - first.running_ns - first.runnable_ns;
  EXPECT_LE(counted_ns, second.at_ns - first.at_ns) << "it slept, too";
}

TEST(own_preemptions, are_none_of_who_only_sleeps_and_a_part_of_all_switches) {
  std::uint64_t const preempted = own_preemptions(), switched = own_switches();
  EXPECT_LE(preempted, switched);
  runtime::sleep_until(runtime::now_ns() + 2'000'000);
  EXPECT_LT(own_preemptions() - preempted, own_switches() - switched) << "to sleep is of its own accord";
}

}  // namespace
}  // namespace unitcost::measures
