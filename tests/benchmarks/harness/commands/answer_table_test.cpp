#include "benchmarks/harness/commands/answer_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/benchmarks/harness/sample_record.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

record headline(std::string model, std::string metric_name, double value) {
  record one = sample_record();
  one.model = std::move(model);
  one.metrics = {sample_metric(std::move(metric_name), value)};
  one.metrics[0].label = "label of " + one.metrics[0].name;
  return one;
}

table_order order(std::vector<std::string> models) { return {{"footprint", "spawn", "switch"}, std::move(models)}; }
table_order const only_tbb = order({"tbb"});

/// Repetitions of 1 … count ns.
std::vector<record> rising(std::string const& model, int count) {
  std::vector<record> records;
  for (int value = 1; value <= count; ++value) records.push_back(headline(model, "spawn_ns", value));
  return records;
}

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t const end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

TEST(answer_table, has_a_row_per_model_in_the_order_given) {
  auto const lines = lines_of(
      answer_table({headline("tbb", "spawn_ns", 1), headline("process", "spawn_ns", 2), headline("gil", "spawn_ns", 3)},
                   order({"process", "gil", "tbb"})));
  EXPECT_THAT(lines.at(2), testing::StartsWith("process "));
  EXPECT_THAT(lines.at(3), testing::StartsWith("gil "));
  EXPECT_THAT(lines.at(4), testing::StartsWith("tbb "));
}

TEST(answer_table, has_its_columns_in_the_order_of_the_measures_whatever_was_run_first) {
  record switched = headline("tbb", "switch_ns", 1);
  switched.measure = "switch";
  auto const lines = lines_of(answer_table({switched, headline("tbb", "spawn_ns", 2)}, only_tbb));
  EXPECT_THAT(lines.at(0), ContainsRegex("^model +label of +label of$"));
  EXPECT_THAT(lines.at(1), ContainsRegex("^ +spawn_ns +switch_ns$"));
}

TEST(answer_table, has_the_median_and_below_it_the_interval_from_six_repetitions_on) {
  auto const six = lines_of(answer_table(rising("tbb", 6), only_tbb));
  EXPECT_THAT(six.at(2), testing::EndsWith(" 3.50 ns"));
  EXPECT_THAT(six.at(3), testing::EndsWith(" [1.00, 6.00]"));
  auto const ten = lines_of(answer_table(rising("tbb", 10), only_tbb));
  EXPECT_THAT(ten.at(2), testing::EndsWith(" 5.50 ns"));
  EXPECT_THAT(ten.at(3), testing::EndsWith(" [2.00, 9.00]"));
}

TEST(answer_table, marks_fewer_than_six_repetitions_which_have_no_interval) {
  EXPECT_THAT(lines_of(answer_table(rising("tbb", 5), only_tbb)).at(2), testing::EndsWith(" ~3.00 ns"));
}

TEST(answer_table, says_how_many_failed_where_the_median_is_over_survivors) {
  std::vector<record> records = rising("tbb", 6);
  records[2] = failed_record(ending::crashed, "killed by Segmentation fault");
  records[2].model = "tbb";
  std::string const table = answer_table(records, only_tbb);
  EXPECT_THAT(table, AllOf(HasSubstr("~4.00 ns"), HasSubstr("1 of 6 failed"),
                           HasSubstr("- tbb, spawn: crashed: killed by Segmentation fault")));
}

TEST(answer_table, says_below_why_a_model_has_no_number) {
  record failed = failed_record(ending::crashed, "killed by Segmentation fault");
  failed.model = "gil";
  auto const lines = lines_of(answer_table({headline("tbb", "spawn_ns", 1), failed}, order({"tbb", "gil"})));
  EXPECT_THAT(lines.at(3), ContainsRegex("^gil +-$"));
  EXPECT_EQ(lines.back(), "- gil, spawn: crashed: killed by Segmentation fault");
}

TEST(answer_table, says_nothing_of_repetitions_that_others_spoilt_where_some_are_left) {
  record spoilt = failed_record(ending::unstable, "others used the machine");
  spoilt.model = "tbb";
  EXPECT_THAT(answer_table({headline("tbb", "spawn_ns", 5), spoilt}, only_tbb),
              AllOf(HasSubstr("~5.00 ns"), Not(HasSubstr("others"))));
}

TEST(answer_table, holds_only_headline_metrics_of_headline_cases) {
  record aside = headline("tbb", "aside_ns", 1);
  aside.headline = false;
  record minor = headline("tbb", "spawn_ns", 2);
  minor.metrics.push_back(sample_metric("minor_ns", 3));
  minor.metrics.back().headline = false;
  std::string const table = answer_table({aside, minor}, only_tbb);
  EXPECT_THAT(table, AllOf(HasSubstr("spawn_ns"), Not(HasSubstr("aside_ns")), Not(HasSubstr("1.00 ns"))));
  EXPECT_THAT(table, Not(HasSubstr("3.00 ns")));
}

TEST(answer_table, keeps_its_columns_in_line_behind_a_long_name) {
  auto const lines =
      lines_of(answer_table({headline("tbb", "spawn_ns", 1), headline("stackless@clang19", "spawn_ns", 2)},
                            order({"tbb", "stackless@clang19"})));
  EXPECT_EQ(lines.at(2).size(), lines.at(3).size());
  EXPECT_EQ(lines.at(1).size(), lines.at(3).size());
}

TEST(answer_table, has_no_row_for_a_model_without_a_headline) {
  EXPECT_THAT(answer_table({headline("tbb", "spawn_ns", 1)}, order({"tbb", "null"})), Not(HasSubstr("null")));
}

}  // namespace
}  // namespace unitcost::harness
