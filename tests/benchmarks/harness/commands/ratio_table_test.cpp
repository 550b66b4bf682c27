#include "benchmarks/harness/commands/ratio_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/benchmarks/harness/sample_record.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// One repetition of "throughput/MODEL/LABEL".
record timed_record(std::string const& model, std::string const& label, unsigned round, double ns) {
  record one = sample_record(round);
  one.measure = "throughput";
  one.model = model;
  one.case_name = "throughput/" + model + "/" + label;
  one.metrics = {sample_metric("units_per_second", 1e9 / ns, "1/s"), sample_metric("ns_per_unit", ns)};
  return one;
}

/// Of each round the times of ours and theirs.
std::vector<record> paired_rounds(std::string const& label, std::vector<std::pair<double, double>> const& times,
                                  std::string const& theirs = "libfork") {
  std::vector<record> out;
  for (unsigned round = 0; auto const& [our_ns, their_ns] : times) {
    out.push_back(timed_record("stackless", label, round, our_ns));
    out.push_back(timed_record(theirs, label, round, their_ns));
    ++round;
  }
  return out;
}

std::string reference_row(std::string const& table, std::string const& label) {
  auto const at = table.find("throughput/" + label);
  if (at == std::string::npos) return "";
  auto const begin = table.rfind('\n', at) + 1;
  return table.substr(begin, table.find('\n', at) - begin);
}

TEST(ratio_table, is_empty_without_references) { EXPECT_EQ(ratio_table(paired_rounds("fib", {{1, 2}}), {}), ""); }

TEST(ratio_table, says_so_when_nothing_can_be_compared) {
  EXPECT_THAT(ratio_table({timed_record("libfork", "fib", 0, 1)}, {"libfork"}),
              HasSubstr("no case has a round that counts under both"));
}

TEST(ratio_table, has_both_times_and_the_ratio_of_ours_to_theirs) {
  auto const row = reference_row(ratio_table(paired_rounds("fib", {{8, 10}}), {"libfork"}), "fib");
  EXPECT_THAT(row, ContainsRegex("^stackless +libfork +throughput/fib +ns_per_unit +8\\.00 ns +10\\.0 ns +~0\\.800$"));
}

TEST(ratio_table, compares_a_models_other_way_with_the_same_reference) {
  auto records = paired_rounds("echo/load:closed", {{8, 10}});
  records.push_back(timed_record("stackless", "echo/over:io_uring/load:closed", 0, 7));
  auto const table = ratio_table(records, {"libfork"});
  EXPECT_THAT(table, ContainsRegex("stackless +libfork +throughput/echo/load:closed .*~0\\.800"));
  EXPECT_THAT(table, ContainsRegex("stackless over:io_uring +libfork +throughput/echo/load:closed .*~0\\.700"));
}

TEST(ratio_table, takes_the_ratio_within_each_round_and_not_that_of_the_medians) {
  // The machine is twice as slow in the second half: the medians are 8 and 10, each round says 1/2 or 2.
  auto const row = reference_row(ratio_table(paired_rounds("fib", {{5, 10}, {8, 4}, {20, 10}}), {"libfork"}), "fib");
  EXPECT_THAT(row, ContainsRegex("8\\.00 ns +10\\.0 ns +~2\\.000$"));
}

TEST(ratio_table, shows_the_interval_from_six_rounds_on) {
  std::vector<std::pair<double, double>> times;
  for (int round = 1; round <= 5; ++round) times.emplace_back(round, 10);
  EXPECT_THAT(reference_row(ratio_table(paired_rounds("fib", times), {"libfork"}), "fib"), testing::EndsWith("~0.300"));
  times.emplace_back(6, 10);
  EXPECT_THAT(reference_row(ratio_table(paired_rounds("fib", times), {"libfork"}), "fib"),
              testing::EndsWith("0.350 [0.100, 0.600]"));
}

TEST(ratio_table, keeps_the_digits_of_a_small_ratio) {
  EXPECT_THAT(reference_row(ratio_table(paired_rounds("fib", {{3.3, 1670}}), {"libfork"}), "fib"),
              testing::EndsWith("~0.00198"));
}

TEST(ratio_table, leaves_out_rounds_that_one_of_both_did_not_end_well) {
  auto records = paired_rounds("fib", {{1, 10}, {8, 10}, {3, 10}, {4, 10}});
  records[0].end = ending::unstable;
  records[5].end = ending::crashed;
  records[6].discarded = true;
  EXPECT_THAT(reference_row(ratio_table(records, {"libfork"}), "fib"), testing::EndsWith("~0.800"));
}

TEST(ratio_table, compares_the_same_graph_and_worker_count_only) {
  auto records = paired_rounds("fib/n:20/workers:1", {{8, 10}});
  records.push_back(timed_record("stackless", "fib/n:20/workers:2", 0, 1));
  records.push_back(timed_record("libfork", "fib/n:27/workers:2", 0, 1));
  auto const table = ratio_table(records, {"libfork"});
  EXPECT_NE(reference_row(table, "fib/n:20/workers:1"), "");
  EXPECT_EQ(reference_row(table, "fib/n:20/workers:2"), "");
  EXPECT_EQ(reference_row(table, "fib/n:27/workers:2"), "");
}

TEST(ratio_table, compares_hops_requests_and_pages_too) {
  std::vector<record> records;
  for (auto const& [metric_name, label] :
       {std::pair("hop_ns", "brigade"), std::pair("cpu_ns_per_request", "echo"), std::pair("cpu_ns_per_page", "crawl")})
    for (auto const& [model, ns] : {std::pair("stackless", 3.0), std::pair("floor", 2.0)}) {
      records.push_back(timed_record(model, label, 0, 1));
      records.back().metrics = {sample_metric("latency_ns", 1), sample_metric(metric_name, ns)};
    }
  auto const table = ratio_table(records, {"floor"});
  EXPECT_THAT(reference_row(table, "brigade"), testing::EndsWith("~1.500"));
  EXPECT_THAT(reference_row(table, "echo"), testing::EndsWith("~1.500"));
  EXPECT_THAT(reference_row(table, "crawl"), testing::EndsWith("~1.500"));
  EXPECT_THAT(table, Not(HasSubstr("geometric mean"))) << "a row says as much";
}

TEST(ratio_table, compares_a_models_first_variant_with_those_who_have_none) {
  auto records = paired_rounds("idle/from:unit", {{8, 10}});
  records.push_back(timed_record("std_thread", "idle/stack:default/from:unit", 0, 20));
  records.push_back(timed_record("std_thread", "idle/stack:16KiB/from:unit", 0, 40));
  auto const table = ratio_table(records, {"libfork"},
                                 {{"throughput/std_thread/idle/stack:default/from:unit", "throughput/idle/from:unit"}});
  EXPECT_THAT(table, ContainsRegex("std_thread +libfork +throughput/idle/from:unit .*~2\\.000"));
  EXPECT_THAT(table, Not(HasSubstr("~4.000")));
}

TEST(ratio_table, compares_memory_in_bytes_and_leaves_out_what_took_none) {
  auto records = paired_rounds("idle/touch:0", {{2048, 1024}, {-1, 1024}});
  for (record& each : records) each.metrics = {sample_metric("total_bytes_per_unit", each.metrics[1].value, "bytes")};
  EXPECT_THAT(reference_row(ratio_table(records, {"libfork"}), "idle/touch:0"),
              ContainsRegex("total_bytes_per_unit +2\\.00 KiB +1024 B +~2\\.000$"));
}

TEST(ratio_table, compares_sleepers_by_what_all_took) {
  auto records = paired_rounds("sleep/units:16", {{8, 10}});
  for (record& each : records)
    each.metrics = {sample_metric("lateness_ns", 1), sample_metric("beyond_ideal_ns", each.metrics[1].value)};
  EXPECT_THAT(reference_row(ratio_table(records, {"libfork"}), "sleep/units:16"),
              ContainsRegex("beyond_ideal_ns .*~0\\.800$"));
}

TEST(ratio_table, sums_each_pair_up_by_the_geometric_mean_over_its_cases) {
  auto records = paired_rounds("fib", {{1, 2}});
  auto const more = paired_rounds("skynet", {{8, 1}});
  records.insert(records.end(), more.begin(), more.end());
  EXPECT_THAT(ratio_table(records, {"libfork"}),
              HasSubstr("\nstackless / libfork: 2.000, the geometric mean over 2 cases of ns_per_unit\n"));
}

TEST(ratio_table, has_each_model_against_each_reference_and_no_reference_against_another) {
  std::vector<record> records;
  for (std::string const work : {"fib", "skynet"}) {
    auto const both = paired_rounds(work, {{1, 2}}, "libfork");
    records.insert(records.end(), both.begin(), both.end());
    records.push_back(timed_record("citor", work, 0, 4));
    records.push_back(timed_record("tbb", work, 0, 8));
  }
  auto const table = ratio_table(records, {"libfork", "citor"});
  EXPECT_THAT(table, AllOf(HasSubstr("stackless / libfork: 0.500"), HasSubstr("stackless / citor: 0.250"),
                           HasSubstr("tbb / libfork: 4.000"), HasSubstr("tbb / citor: 2.000")));
  EXPECT_THAT(table, Not(testing::AnyOf(HasSubstr("libfork / citor"), HasSubstr("citor / libfork"))));
}

TEST(ratio_table, takes_any_name_that_a_contender_may_have) {
  EXPECT_THAT(ratio_table(paired_rounds("fib", {{1, 2}}, "stackless@clang-19.1+lto"), {"stackless@clang-19.1+lto"}),
              ContainsRegex("stackless +stackless@clang-19.1\\+lto .*~0\\.500"));
}

}  // namespace
}  // namespace unitcost::harness
