#include "benchmarks/measures/scheduling/oversubscription.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/shared_region.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

constexpr std::int64_t patience_of_jobs_ns = 20'000'000'000;

std::vector<walk_line> laid_out(unsigned units, std::size_t lines_of_each) {
  std::vector<walk_line> lines(units * lines_of_each);
  for (unsigned unit = 0; unit < units; ++unit) lay_out(std::span(lines).subspan(unit * lines_of_each, lines_of_each));
  return lines;
}

void run_threads(divided_job& job, unsigned units) {
  std::vector<std::jthread> threads;
  for (unsigned unit = 0; unit < units; ++unit) threads.emplace_back([&job, unit] { job.step(unit); });
}

TEST(crowd_sizes, double_up_to_64_for_each_cpu) {
  EXPECT_THAT(crowd_sizes(1), testing::ElementsAre(1, 2, 4, 8, 16, 32, 64));
  EXPECT_THAT(crowd_sizes(2), testing::ElementsAre(1, 2, 4, 8, 16, 32, 64, 128));
  EXPECT_THAT(crowd_sizes(6), testing::ElementsAre(1, 2, 4, 6, 12, 24, 48, 96, 192, 384));
}

TEST(crowd_sizes, are_a_thousand_at_most_but_one_for_each_cpu_always) {
  EXPECT_EQ(crowd_sizes(64).back(), 1024u);
  EXPECT_EQ(crowd_sizes(2000).back(), 2000u);
}

TEST(divided_job, is_all_done_however_many_divide_it) {
  for (unsigned const units : {1u, 3u, 8u}) {
    auto const lines = laid_out(units, 256);
    divided_job job(units, 10'007, lines, patience_of_jobs_ns);
    run_threads(job, units);
    EXPECT_EQ(job.ended(), units);
    EXPECT_EQ(job.checksum(), job.expected_checksum());
    EXPECT_EQ(job.told().steps, 10'007u);
    EXPECT_GT(job.told().elapsed_ns, 0);
  }
}

TEST(divided_job, with_a_damaged_line_has_another_checksum) {
  auto lines = laid_out(2, 256);
  lines[300].next ^= 64;
  divided_job job(2, 20'000, lines, patience_of_jobs_ns);
  run_threads(job, 2);
  EXPECT_NE(job.checksum(), job.expected_checksum());
}

TEST(divided_job, of_which_a_unit_is_lost_is_not_begun) {
  auto const lines = laid_out(3, 256);
  divided_job job(3, 1000, lines, 1'000'000);
  run_threads(job, 2);
  EXPECT_EQ(job.ended(), 0u);
}

struct one_dies {
  divided_job& job;

  pause step(unsigned index) {
    if (index == 1) __builtin_trap();
    return job.step(index);
  }
};

TEST(divided_job, of_which_a_process_dies_ends_for_all) {
  runtime::shared_array<walk_line> lines(3 * 256);
  for (unsigned unit = 0; unit < 3; ++unit) lay_out(std::span(lines.begin(), lines.end()).subspan(unit * 256, 256));
  runtime::shared_object<divided_job> job(3u, 1000u, std::span<walk_line const>(lines.begin(), lines.end()),
                                          std::int64_t{50'000'000});
  runtime::shared_object<one_dies> mortal(*job);
  EXPECT_THROW(unit_kind_of("process").run({.workers = 1}, 3, steps_of(*mortal)), unit_crashed);
  EXPECT_EQ(job->ended(), 0u);
}

TEST(report_oversubscription, compares_with_as_many_units_as_cpus) {
  recorded_measurement recorded;
  report_oversubscription(
      std::vector<crowd>{{.units = 1, .steps = 1000, .elapsed_ns = 2000},
                         {.units = 2, .steps = 1000, .elapsed_ns = 1000},
                         {.units = 8, .steps = 1000, .elapsed_ns = 1250},
                         {.units = 128, .steps = 1000, .elapsed_ns = 2000, .queued_ns = 64'000, .switches = 3}},
      2, recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("efficiency_at_4").value, 0.8);
  EXPECT_DOUBLE_EQ(recorded.metric("efficiency_at_64").value, 0.5);
  EXPECT_DOUBLE_EQ(recorded.metric("switches_per_million_steps").value, 3000);
  EXPECT_DOUBLE_EQ(recorded.metric("queued_share").value, 0.25);
  auto const& curves = recorded.out.curves;
  ASSERT_EQ(curves.size(), 4u);
  EXPECT_EQ(curves[0].points.front(), (std::pair{1.0, 5e8}));
  EXPECT_THAT(curves[1].points, testing::ElementsAre(std::pair{1.0, 0.5}, std::pair{2.0, 1.0}, std::pair{8.0, 0.8},
                                                     std::pair{128.0, 0.5}));
  EXPECT_EQ(curves[3].points.back(), (std::pair{128.0, 64.0}));
}

TEST(report_oversubscription, tells_of_no_crowd_that_was_too_large_to_be) {
  recorded_measurement recorded;
  report_oversubscription(std::vector<crowd>{{.units = 64, .steps = 1, .elapsed_ns = 1},
                                             {.units = 256, .steps = 1, .elapsed_ns = 1},
                                             {.units = 1024, .steps = 1, .elapsed_ns = 1}},
                          64, recorded.given);
  EXPECT_NO_THROW(recorded.metric("efficiency_at_4"));
  EXPECT_THROW(recorded.metric("efficiency_at_64"), std::out_of_range);
}

}  // namespace
}  // namespace unitcost::measures
