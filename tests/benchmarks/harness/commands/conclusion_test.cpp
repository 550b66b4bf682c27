#include "benchmarks/harness/commands/conclusion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "benchmarks/harness/commands/command_line.hpp"
#include "tests/benchmarks/harness/sample_record.hpp"

namespace unitcost::harness {
namespace {

conclusion after(std::vector<record> records) {
  conclusion last;
  last.records = std::move(records);
  last.directory = "here";
  return last;
}

std::vector<record> wrong_answers() {
  std::vector<record> records;
  for (int repetition = 0; repetition < 6; ++repetition) {
    record one = sample_record();
    one.metrics = {sample_metric("ratio", 2, "1")};
    one.metrics[0].expected_low = one.metrics[0].expected_high = 1;
    records.push_back(one);
  }
  return records;
}

TEST(conclusion, is_good_when_all_is_ok_or_skipped) {
  EXPECT_EQ(after({sample_record(), failed_record(ending::skipped, "not here")}).exit_status(), exit_ok);
}

TEST(conclusion, of_a_failed_case_names_it) {
  auto const last = after({failed_record(ending::crashed, "signal 11")});
  EXPECT_EQ(last.exit_status(), exit_case_failed);
  EXPECT_THAT(last.last_words(), testing::HasSubstr("crashed: signal 11"));
}

TEST(conclusion, warns_of_numbers_from_a_shared_core_and_does_not_fail) {
  record one = sample_record();
  one.circumstances.core_shared = true;
  auto const last = after({one, sample_record()});
  EXPECT_THAT(last.last_words(), testing::HasSubstr("repetitions count although somebody shared a core"));
  EXPECT_EQ(last.exit_status(), exit_ok);
  one.circumstances.core_shared = false;
  EXPECT_THAT(after({one}).last_words(), testing::Not(testing::HasSubstr("shared a core")));
}

TEST(conclusion, warns_of_numbers_from_cpus_that_were_moved) {
  record one = sample_record();
  EXPECT_THAT(after({one}).last_words(), testing::HasSubstr("1 of 1 repetitions count although their CPUs were"));
  one.circumstances.cpus_moved = false;
  EXPECT_THAT(after({one}).last_words(), testing::Not(testing::HasSubstr("their CPUs were")));
}

TEST(conclusion, of_an_unstable_case_warns_and_fails_only_when_strict) {
  auto last = after({failed_record(ending::unstable, "others")});
  EXPECT_EQ(last.exit_status(), exit_ok);
  EXPECT_THAT(last.last_words(), testing::HasSubstr("1 of 1 repetitions were unstable"));
  last.strict = true;
  EXPECT_EQ(last.exit_status(), exit_case_failed);
}

TEST(conclusion, of_a_run_that_did_not_find_a_known_answer_is_a_failure) {
  auto const last = after(wrong_answers());
  EXPECT_EQ(last.exit_status(), exit_case_failed);
  EXPECT_THAT(last.last_words(), testing::HasSubstr("a known answer was not found"));
}

TEST(conclusion, of_a_run_that_did_not_establish_a_known_answer_says_so_and_does_not_fail) {
  record one = failed_record(ending::unstable, "others");
  one.measure = "selftest";
  auto const last = after({one});
  EXPECT_EQ(last.exit_status(), exit_ok);
  EXPECT_THAT(last.last_words(), testing::HasSubstr("a known answer was not established"));
}

TEST(conclusion, of_an_interrupted_run_tells_how_to_go_on_whatever_failed) {
  auto last = after({failed_record(ending::crashed, "signal 11")});
  last.interrupted = true;
  EXPECT_EQ(last.exit_status(), exit_interrupted);
  EXPECT_THAT(last.last_words(), testing::HasSubstr("unitcost run --resume here"));
}

TEST(conclusion, tells_of_dropped_rounds_and_where_the_records_are) {
  auto last = after({sample_record()});
  last.rounds_dropped = 2;
  EXPECT_THAT(last.last_words(),
              testing::AllOf(testing::HasSubstr("2 rounds were dropped"), testing::HasSubstr("records: here")));
}

}  // namespace
}  // namespace unitcost::harness
