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
                   {"process", "gil", "tbb"}));
  EXPECT_THAT(lines.at(1), testing::StartsWith("process "));
  EXPECT_THAT(lines.at(2), testing::StartsWith("gil "));
  EXPECT_THAT(lines.at(3), testing::StartsWith("tbb "));
}

TEST(answer_table, has_a_column_per_metric_in_the_order_met) {
  auto const lines = lines_of(answer_table(
      {headline("tbb", "switch_ns", 1), headline("tbb", "spawn_ns", 2), headline("tbb", "switch_ns", 3)}, {"tbb"}));
  EXPECT_THAT(lines.at(0), ContainsRegex("^model +label of switch_ns +label of spawn_ns$"));
}

TEST(answer_table, has_the_median_with_its_interval_from_six_repetitions_on) {
  EXPECT_THAT(answer_table(rising("tbb", 6), {"tbb"}), HasSubstr("3.50ns [1.00ns, 6.00ns]"));
  EXPECT_THAT(answer_table(rising("tbb", 10), {"tbb"}), HasSubstr("5.50ns [2.00ns, 9.00ns]"));
}

TEST(answer_table, marks_fewer_than_six_repetitions_which_have_no_interval) {
  EXPECT_THAT(lines_of(answer_table(rising("tbb", 5), {"tbb"})).at(1), testing::EndsWith(" ~3.00ns"));
}

TEST(answer_table, says_below_why_a_model_has_no_number) {
  record failed = failed_record(ending::crashed, "killed by Segmentation fault");
  failed.model = "gil";
  auto const lines = lines_of(answer_table({headline("tbb", "spawn_ns", 1), failed}, {"tbb", "gil"}));
  EXPECT_THAT(lines.at(2), ContainsRegex("^gil +-$"));
  EXPECT_EQ(lines.back(), "- gil, spawn: crashed: killed by Segmentation fault");
}

TEST(answer_table, keeps_a_reason_apart_from_the_numbers_of_a_metric_named_as_the_measure) {
  record failed = failed_record(ending::unstable, "others used the machine");
  failed.model = "tbb";
  std::string const table = answer_table({headline("tbb", "spawn", 5), failed}, {"tbb"});
  EXPECT_THAT(table, AllOf(HasSubstr("~5.00ns"), HasSubstr("- tbb, spawn: unstable: others used the machine")));
}

TEST(answer_table, holds_only_headline_metrics_of_headline_cases) {
  record aside = headline("tbb", "aside_ns", 1);
  aside.headline = false;
  record minor = headline("tbb", "spawn_ns", 2);
  minor.metrics.push_back(sample_metric("minor_ns", 3));
  minor.metrics.back().headline = false;
  std::string const table = answer_table({aside, minor}, {"tbb"});
  EXPECT_THAT(table, AllOf(HasSubstr("spawn_ns"), Not(HasSubstr("aside_ns")), Not(HasSubstr("1.00ns"))));
  EXPECT_THAT(table, Not(HasSubstr("3.00ns")));
}

TEST(answer_table, has_no_row_for_a_model_without_a_headline) {
  EXPECT_THAT(answer_table({headline("tbb", "spawn_ns", 1)}, {"tbb", "null"}), Not(HasSubstr("null")));
}

TEST(humanise, scales_bytes_by_1024) {
  EXPECT_EQ(humanise(512, "bytes"), "512B");
  EXPECT_EQ(humanise(36'557, "bytes"), "35.7KiB");
  EXPECT_EQ(humanise(8 << 20, "bytes"), "8.00MiB");
  EXPECT_EQ(humanise(3.5 * (1 << 30), "bytes"), "3.50GiB");
}

TEST(humanise, scales_times_and_rates_by_1000) {
  EXPECT_EQ(humanise(0.25, "ns"), "0.25ns");
  EXPECT_EQ(humanise(1'240, "ns"), "1.24us");
  EXPECT_EQ(humanise(12'400'000, "ns"), "12.4ms");
  EXPECT_EQ(humanise(2e9, "ns"), "2.00s");
  EXPECT_EQ(humanise(3'100'000, "1/s"), "3.10M/s");
  EXPECT_EQ(humanise(7, "1/s"), "7.00/s");
}

TEST(humanise, leaves_a_plain_number_without_a_unit) {
  EXPECT_EQ(humanise(1.95, "1"), "1.95");
  EXPECT_EQ(humanise(123, "1"), "123");
}

TEST(humanise, scales_what_is_below_zero_as_what_is_above) { EXPECT_EQ(humanise(-36'557, "bytes"), "-35.7KiB"); }

TEST(humanise, shows_three_digits_of_what_rounds_up_to_one_more) {
  EXPECT_EQ(humanise(9.996, "ns"), "10.0ns");
  EXPECT_EQ(humanise(99.96, "ns"), "100ns");
  EXPECT_EQ(humanise(999.6, "ns"), "1.00us");
}

}  // namespace
}  // namespace unitcost::harness
