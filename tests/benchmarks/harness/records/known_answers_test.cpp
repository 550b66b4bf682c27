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

/// Of one case: so many that count, and so many that are unstable and have no metric any more.
std::vector<record> unstable_selftest(std::size_t counted, std::size_t unstable) {
  auto records = ratios(std::vector<double>(counted, 1));
  for (std::size_t repetition = 0; repetition < unstable; ++repetition)
    records.push_back(failed_record(ending::unstable, "others"));
  for (record& each : records) {
    each.measure = "selftest";
    each.case_name = "selftest/serial/idle/check:one";
  }
  return records;
}

TEST(unestablished_answers, names_the_case_of_which_too_few_repetitions_are_left_to_judge_it) {
  EXPECT_THAT(unestablished_answers(unstable_selftest(0, 6)),
              testing::ElementsAre("selftest/serial/idle/check:one: 6 of 6 repetitions were unstable"));
  EXPECT_THAT(unestablished_answers(unstable_selftest(5, 1)),
              testing::ElementsAre("selftest/serial/idle/check:one: 1 of 6 repetitions were unstable"));
  EXPECT_THAT(unestablished_answers(unstable_selftest(6, 4)), testing::IsEmpty());
}

TEST(unestablished_answers, does_not_blame_others_for_a_run_that_asked_for_too_few_repetitions) {
  EXPECT_THAT(unestablished_answers(unstable_selftest(3, 0)), testing::IsEmpty());
}

TEST(unestablished_answers, is_of_known_answers_only) {
  EXPECT_THAT(unestablished_answers({failed_record(ending::unstable, "others")}), testing::IsEmpty());
}

}  // namespace
}  // namespace unitcost::harness
