#include "benchmarks/harness/machine/process_cpu_time.hpp"

#include <gtest/gtest.h>
#include <time.h>
#include <unistd.h>

namespace unitcost::harness {
namespace {

constexpr int no_process = 1 << 22;  // PID_MAX_LIMIT: ids are smaller

TEST(cpu_times_of, has_what_a_process_used_and_leaves_out_who_is_gone) {
  timespec before{}, after{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  auto const times = cpu_times_of({::getpid(), no_process});
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  ASSERT_EQ(times.size(), 1u);
  auto const ns_of = [](timespec const& at) { return std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec; };
  EXPECT_GE(times.at(::getpid()), ns_of(before));
  EXPECT_LE(times.at(::getpid()), ns_of(after));
}

TEST(cpu_ns_between, adds_up_all_processes_and_counts_those_that_came_from_their_beginning) {
  EXPECT_EQ(cpu_ns_between({{1, 100}, {2, 50}}, {{1, 130}, {2, 55}, {3, 7}}), 42);
  EXPECT_EQ(cpu_ns_between({}, {}), 0);
}

TEST(cpu_ns_between, is_not_known_where_a_process_has_gone) {
  EXPECT_EQ(cpu_ns_between({{1, 100}, {2, 50}}, {{1, 130}}), std::nullopt);
}

}  // namespace
}  // namespace unitcost::harness
