#include "benchmarks/harness/records/known_answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/benchmarks/harness/sample_record.hpp"

namespace unitcost::harness {
namespace {

/// Repetitions that measured `values` where the truth lies between 0.98 and 1.02.
std::vector<record> ratios(std::vector<double> const& values) {
  std::vector<record> records;
  for (double value : values) {
    metric known = sample_metric("touched_ratio", value, "1");
    known.expected_low = 0.98;
    known.expected_high = 1.02;
    record one = sample_record();
    one.metrics = {known};
    records.push_back(one);
  }
  return records;
}

TEST(unfound_answers, names_the_case_whose_whole_interval_is_elsewhere) {
  EXPECT_THAT(unfound_answers(ratios({1.05, 1.06, 1.06, 1.06, 1.06, 1.07})),
              testing::ElementsAre(testing::AllOf(testing::HasSubstr("spawn/std_thread/idle/cores:1"),
                                                  testing::HasSubstr("[1.05, 1.07]"))));
}

TEST(unfound_answers, is_content_with_an_interval_that_touches_the_truth) {
  EXPECT_THAT(unfound_answers(ratios({1.01, 1.06, 1.06, 1.06, 1.06, 1.07})), testing::IsEmpty());
}

TEST(unfound_answers, does_not_judge_fewer_than_six_repetitions) {
  EXPECT_THAT(unfound_answers(ratios({2, 2, 2, 2, 2})), testing::IsEmpty());
}

TEST(unfound_answers, does_not_judge_repetitions_that_do_not_count) {
  auto records = ratios({2, 2, 2, 2, 2, 2});
  records.front().end = ending::unstable;
  EXPECT_THAT(unfound_answers(records), testing::IsEmpty());
}

}  // namespace
}  // namespace unitcost::harness
