#include "benchmarks/harness/cases/case.hpp"

#include <gtest/gtest.h>

namespace unitcost::harness {
namespace {

TEST(record_of, says_which_repetition_of_which_case_it_is) {
  measure_info const measure{.name = "spawn", .question = {}, .from = {}, .to = {}, .method = {}, .source = {}, .file = {}};
  benchmark_case one;
  one.measure = &measure;
  one.model = "tbb";
  one.workload = "idle";
  one.label = "cores:1";
  one.parameters = parameters_of(one.label);
  one.headline = true;
  record const made = record_of(one, 3);
  EXPECT_EQ(made.case_name, "spawn/tbb/idle/cores:1");
  EXPECT_EQ(made.measure, "spawn");
  EXPECT_EQ(made.model, "tbb");
  EXPECT_EQ(made.workload, "idle");
  EXPECT_EQ(made.parameters, (json{{"cores", 1}}));
  EXPECT_EQ(made.repetition, 3u);
  EXPECT_TRUE(made.headline);
  EXPECT_TRUE(made.metrics.empty());
}

}  // namespace
}  // namespace unitcost::harness
