#include "benchmarks/measures/scheduling/time_slices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "impl/runtime/shared_region.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

/// A unit that was switched away from at each of its gaps.
std::uint64_t always_switched() {
  static std::uint64_t switches = 0;
  return ++switches;
}

/// Reads every 100 ns from `begun_ns` for `length_ns`, both included.
void read_a_turn(slice_log& log, std::int64_t begun_ns, std::int64_t length_ns) {
  for (std::int64_t at_ns = begun_ns; at_ns <= begun_ns + length_ns; at_ns += 100) log.read(at_ns, always_switched);
}

TEST(slice_log, has_what_lies_between_two_gaps) {
  slice_log log;
  read_a_turn(log, 1000, 500'000);
  read_a_turn(log, 2'000'000, 300'000);
  read_a_turn(log, 4'000'000, 400'000);
  read_a_turn(log, 9'000'000, 100'000);
  EXPECT_THAT(log.slices_ns(), testing::ElementsAre(300'000, 400'000)) << "the first and the last are cut off";
  EXPECT_THAT(log.gap_lengths_ns(), testing::ElementsAre(1'499'000, 1'700'000, 4'600'000));
}

TEST(slice_log, is_not_interrupted_by_what_is_short) {
  slice_log log;
  read_a_turn(log, 1000, 500'000);
  read_a_turn(log, 1'000'000, 300'000);
  read_a_turn(log, 1'300'000 + slice_log::least_gap_ns, 200'000);
  read_a_turn(log, 2'000'000, 100);
  EXPECT_THAT(log.slices_ns(), testing::ElementsAre(550'000));
}

TEST(slice_log, is_not_interrupted_where_nobody_else_had_a_turn) {
  slice_log log;
  log.start(7);
  log.read(1000, [] { return 7u; });
  log.read(1'000'000, [] { return 7u; });
  EXPECT_THAT(log.gap_lengths_ns(), testing::IsEmpty());
  log.read(2'000'000, [] { return 8u; });
  EXPECT_THAT(log.gap_lengths_ns(), testing::ElementsAre(1'000'000));
}

TEST(slice_log, has_none_without_a_gap_or_after_one) {
  slice_log log;
  EXPECT_THAT(log.slices_ns(), testing::IsEmpty());
  read_a_turn(log, 1000, 1'000'000);
  EXPECT_THAT(log.gap_lengths_ns(), testing::IsEmpty());
  read_a_turn(log, 2'000'000, 1000);
  EXPECT_THAT(log.slices_ns(), testing::IsEmpty());
}

TEST(slice_log, that_is_full_says_so) {
  auto const log = std::make_unique<slice_log>();
  for (std::size_t gap = 0; gap <= slice_log::most_slices + 5; ++gap)
    log->read(static_cast<std::int64_t>(gap + 1) * 1'000'000, always_switched);
  EXPECT_TRUE(log->full());
  EXPECT_EQ(log->gap_lengths_ns().size(), slice_log::most_slices);
}

/// Two readers, done after so much CPU time each.
struct two_readers {
  two_readers(std::int64_t first_cpu_ns, std::int64_t second_cpu_ns) : each(2) {
    each[0].done = each[1].done = true;
    each[0].cpu_ns = first_cpu_ns;
    each[1].cpu_ns = second_cpu_ns;
  }
  std::span<clock_readers::reader const> all() const { return each; }

  std::vector<clock_readers::reader> each;
};

TEST(report_slices, tells_turns_waits_and_the_least_share) {
  recorded_measurement recorded;
  two_readers readers(3'000'000, 1'000'000);
  read_a_turn(readers.each[0].log, 1000, 1000);
  read_a_turn(readers.each[0].log, 1'000'000, 200'000);
  read_a_turn(readers.each[0].log, 2'000'000, 600'000);
  read_a_turn(readers.each[0].log, 3'000'000, 100);
  report_slices(readers.all(), recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("slice_median_ns").value, 400'000);
  EXPECT_DOUBLE_EQ(recorded.metric("slice_longest_ns").value, 600'000);
  EXPECT_DOUBLE_EQ(recorded.metric("wait_median_ns").value, 800'000);
  EXPECT_DOUBLE_EQ(recorded.metric("least_over_mean_share").value, 0.5);
}

TEST(report_slices, has_no_numbers_without_a_whole_slice) {
  recorded_measurement recorded;
  EXPECT_THROW(report_slices(two_readers(1, 1).all(), recorded.given), harness::not_stable);
  EXPECT_TRUE(recorded.out.metrics.empty());
}

TEST(check_slices, holds_for_two_that_share_a_cpu) {
  recorded_measurement recorded;
  check_slices(two_readers(60'000'000, 40'000'000).all(), 100'000'000, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
}

TEST(check_slices, sees_that_they_had_two_cpus) {
  recorded_measurement recorded;
  check_slices(two_readers(100'000'000, 95'000'000).all(), 100'000'000, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(check_slices, sees_that_one_was_not_there_to_the_end) {
  recorded_measurement recorded;
  two_readers readers(60'000'000, 0);
  readers.each[1].done = false;
  check_slices(readers.all(), 100'000'000, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(clock_readers, all_read_to_the_end) {
  recorded_measurement recorded;
  constexpr std::int64_t window_ns = 5'000'000;
  runtime::shared_object<clock_readers> readers(3u, window_ns, std::int64_t{20'000'000'000});
  unit_kind_of("process").run({.workers = 1, .cpus = recorded.given.settings().cpus}, 3, steps_of(*readers));
  check_slices(readers->readers(), window_ns, recorded.given);
  EXPECT_EQ(recorded.out.check->units, 3u);
}

}  // namespace
}  // namespace unitcost::measures
