#include "benchmarks/harness/cases/case.hpp"

#include <gtest/gtest.h>

#include "tests/benchmarks/harness/sample_case.hpp"

namespace unitcost::harness {
namespace {

TEST(case_name, is_measure_model_workload_and_then_the_label) {
  EXPECT_EQ(sample_case("std_thread", "by:futex/cores:1").name(), "spawn/std_thread/idle/by:futex/cores:1");
}

TEST(case_name, ends_with_the_workload_where_there_is_no_label) {
  EXPECT_EQ(sample_case("null", "").name(), "spawn/null/idle");
}

TEST(predicted_duration, is_the_profiles_usual_one_times_the_cases_factor) {
  benchmark_case slow = sample_case();
  slow.prediction_factor = 3;
  EXPECT_DOUBLE_EQ(predicted_s(slow, profile::quick), 3 * limits_of(profile::quick).case_s);
  EXPECT_DOUBLE_EQ(predicted_s(slow, profile::full), 3 * limits_of(profile::full).case_s);
}

TEST(predicted_duration, of_a_skipped_case_is_none) {
  EXPECT_EQ(predicted_s(skipped_case("not here"), profile::quick), 0);
}

TEST(record_of, says_which_repetition_of_which_case_it_is) {
  measure_info const measure{
      .name = "spawn", .question = {}, .from = {}, .to = {}, .unit = {}, .method = {}, .source = {}, .file = {}};
  benchmark_case one;
  one.measure = &measure;
  one.model = "tbb";
  one.workload = "idle";
  one.label = "cores:1";
  one.headline = true;
  record const made = record_of(one, 3);
  EXPECT_EQ(made.case_name, "spawn/tbb/idle/cores:1");
  EXPECT_EQ(made.measure, "spawn");
  EXPECT_EQ(made.model, "tbb");
  EXPECT_EQ(made.workload, "idle");
  EXPECT_EQ(made.parameters, parameters_of("cores:1"));
  EXPECT_EQ(made.repetition, 3u);
  EXPECT_TRUE(made.headline);
  EXPECT_TRUE(made.metrics.empty());
}

TEST(benchmark_case, is_the_same_work_whatever_its_model_does_it_over) {
  auto const [work, way] = split_way("latency/echo/over:io_uring/load:closed");
  EXPECT_EQ(work, "latency/echo/load:closed");
  EXPECT_EQ(way, "over:io_uring");
  EXPECT_EQ(split_way("latency/echo/stacks:16KiB/load:closed").work, "latency/echo/load:closed");
  EXPECT_EQ(split_way("latency/echo/over:io_uring").work, "latency/echo");
  EXPECT_EQ(split_way("latency/echo/load:closed").work, "latency/echo/load:closed");
  EXPECT_EQ(split_way("latency/echo/load:closed").way, "");
}

}  // namespace
}  // namespace unitcost::harness
