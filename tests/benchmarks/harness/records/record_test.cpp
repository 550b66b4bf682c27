#include "benchmarks/harness/records/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/benchmarks/harness/sample_record.hpp"

namespace unitcost::harness {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

record round_trip(record const& one) { return record_from_json(json::parse(to_json(one).dump())); }

/// What reading a sample record says after `change` to its JSON.
template <class Change>
auto reading_after(Change change) {
  return [change] {
    json line = to_json(sample_record());
    change(line);
    record_from_json(line);
  };
}

TEST(record, comes_back_from_json_with_every_field) {
  record const one = sample_record(), back = round_trip(one);
  EXPECT_EQ(back.case_name, one.case_name);
  EXPECT_EQ(back.measure, one.measure);
  EXPECT_EQ(back.model, one.model);
  EXPECT_EQ(back.workload, one.workload);
  EXPECT_EQ(back.parameters, one.parameters);
  EXPECT_EQ(back.repetition, 3u);
  EXPECT_EQ(back.end, ending::ok);
  EXPECT_EQ(back.reason, "");
  EXPECT_TRUE(back.headline);
  EXPECT_FALSE(back.discarded);
  EXPECT_EQ(back.sources, one.sources);
  EXPECT_EQ(back.notes, one.notes);
  EXPECT_EQ(to_json(back).dump(), to_json(one).dump());
}

TEST(record, keeps_what_a_failure_and_a_discarded_attempt_say) {
  record failed = failed_record(ending::crashed, "killed by Segmentation fault");
  failed.discarded = true;
  failed.headline = false;
  record const back = round_trip(failed);
  EXPECT_EQ(back.end, ending::crashed);
  EXPECT_EQ(back.reason, "killed by Segmentation fault");
  EXPECT_TRUE(back.discarded);
  EXPECT_FALSE(back.headline);
}

TEST(record, writes_null_for_no_reason_and_an_empty_object_for_no_check) {
  record one = sample_record();
  one.check.reset();
  json const line = to_json(one);
  EXPECT_TRUE(line["reason"].is_null());
  EXPECT_EQ(line["checks"].dump(), "{}");
  EXPECT_EQ(round_trip(one).check, std::nullopt);
}

TEST(record, carries_a_metric_with_and_one_without_a_fit) {
  record const back = round_trip(sample_record());
  metric const& plain = back.metrics.at(0);
  EXPECT_EQ(plain.name, "spawn_latency_ns");
  EXPECT_EQ(plain.label, "call to first instruction");
  EXPECT_EQ(plain.value, 1250.5);
  EXPECT_EQ(plain.unit, "ns");
  EXPECT_EQ(plain.better, direction::smaller);
  EXPECT_EQ(plain.samples, 64u);
  EXPECT_TRUE(plain.headline);
  EXPECT_EQ(plain.fit_low, std::nullopt);
  EXPECT_EQ(plain.expected_high, std::nullopt);
  metric const& fitted = back.metrics.at(1);
  EXPECT_EQ(fitted.better, direction::greater);
  EXPECT_EQ(fitted.fit_low, 35'500);
  EXPECT_EQ(fitted.fit_high, 35'900);
  EXPECT_EQ(fitted.expected_low, 35'000);
  EXPECT_EQ(fitted.expected_high, 36'000);
  EXPECT_FALSE(fitted.headline);
}

TEST(record, carries_which_values_of_a_metric_are_better_or_that_neither_are) {
  std::vector<std::pair<direction, std::string>> const spelt{
      {direction::smaller, "smaller"}, {direction::greater, "greater"}, {direction::neither, "neither"}};
  for (auto const& [better, text] : spelt) {
    record one = sample_record();
    one.metrics[0].better = better;
    EXPECT_EQ(to_json(one)["metrics"][0]["direction"], text);
    EXPECT_EQ(round_trip(one).metrics[0].better, better);
  }
}

TEST(record, carries_histograms_and_curves) {
  record const back = round_trip(sample_record());
  histogram const& spread = back.histograms.at(0);
  EXPECT_EQ(spread.samples, 64u);
  EXPECT_EQ(spread.percentiles, sample_record().histograms.at(0).percentiles);
  EXPECT_EQ(spread.buckets, sample_record().histograms.at(0).buckets);
  EXPECT_EQ(spread.sub_buckets, 0u);
  series const& curve = back.curves.at(0);
  EXPECT_EQ(curve.x_name, "units");
  EXPECT_EQ(curve.y_unit, "bytes");
  EXPECT_EQ(curve.points, sample_record().curves.at(0).points);
}

TEST(record, says_whose_buckets_a_histogram_has) {
  record one = sample_record();
  one.histograms.at(0).sub_buckets = 2048;
  EXPECT_EQ(round_trip(one).histograms.at(0).sub_buckets, 2048u);
}

TEST(record, carries_checksums_as_text_since_a_json_number_would_round_them) {
  json const checks = to_json(sample_record())["checks"];
  EXPECT_EQ(checks["checksum"], "fffffffffffffffe");
  EXPECT_EQ(checks["expected_checksum"], "0000000000000010");
  work_check const back = round_trip(sample_record()).check.value();
  EXPECT_EQ(back.units, 7u);
  EXPECT_EQ(back.expected_units, 8u);
  EXPECT_EQ(back.checksum, 0xffff'ffff'ffff'fffe);
  EXPECT_EQ(back.expected_checksum, 0x10u);
}

TEST(record, carries_all_conditions) {
  conditions const back = round_trip(sample_record()).circumstances;
  EXPECT_EQ(back.wall_ns, 101);
  EXPECT_EQ(back.harness_ns, 102);
  EXPECT_EQ(back.cpu_ns, 103);
  EXPECT_EQ(back.steal_ns, 104);
  EXPECT_EQ(back.others_cpu_ns, 105);
  EXPECT_EQ(back.core_slowdown, 1.25);
  EXPECT_TRUE(back.core_shared);
  EXPECT_EQ(back.cpu_round_trip_ns, 190.5);
  EXPECT_TRUE(back.cpus_moved);
  EXPECT_EQ(back.run_queue_wait_ns, 106);
  EXPECT_EQ(back.voluntary_switches, 107u);
  EXPECT_EQ(back.involuntary_switches, 108u);
  EXPECT_EQ(back.minor_faults, 109u);
  EXPECT_EQ(back.major_faults, 110u);
  EXPECT_TRUE(back.disturbed);
}

TEST(record, of_an_unknown_schema_is_refused_with_both_names) {
  EXPECT_THAT(reading_after([](json& line) { line["schema"] = "unitcost.record/3"; }),
              ThrowsMessage<std::invalid_argument>(
                  testing::AllOf(HasSubstr("unitcost.record/3"), HasSubstr("unitcost.record/2"))));
}

TEST(record, without_one_of_its_keys_is_refused_and_names_it) {
  for (char const* key : {"schema", "case", "measure", "model", "workload", "parameters", "repetition", "end", "reason",
                          "discarded", "metrics", "histograms", "series", "checks", "sources", "notes", "conditions"})
    EXPECT_THAT(reading_after([key](json& line) { line.erase(key); }),
                ThrowsMessage<std::invalid_argument>(HasSubstr(std::string("'") + key + "'")));
}

TEST(record, with_a_value_of_the_wrong_type_is_refused) {
  EXPECT_THAT(reading_after([](json& line) { line["repetition"] = "three"; }),
              ThrowsMessage<std::invalid_argument>(HasSubstr("not a record")));
  EXPECT_THAT([] { record_from_json(json::parse("[1, 2]")); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("not a record")));
}

TEST(record, with_a_checksum_that_is_not_hexadecimal_is_refused_and_quotes_it) {
  for (char const* damaged : {"rubbish", "12rubbish", "", "11112222333344445"})
    EXPECT_THAT(reading_after([damaged](json& line) { line["checks"]["checksum"] = damaged; }),
                ThrowsMessage<std::invalid_argument>(HasSubstr("checksum '" + std::string(damaged) + "'")));
}

TEST(record, with_an_unknown_direction_is_refused_and_quotes_it) {
  EXPECT_THAT(reading_after([](json& line) { line["metrics"][0]["direction"] = "sideways"; }),
              ThrowsMessage<std::invalid_argument>(HasSubstr("'sideways'")));
}

TEST(work_check, holds_only_when_units_and_checksum_are_the_oracles) {
  EXPECT_TRUE((work_check{5, 5, 9, 9}.holds()));
  EXPECT_FALSE((work_check{4, 5, 9, 9}.holds()));
  EXPECT_FALSE((work_check{5, 5, 8, 9}.holds()));
}

TEST(ending, is_found_by_the_name_it_is_written_with) {
  for (ending end : {ending::ok, ending::skipped, ending::wrong_result, ending::crashed, ending::timed_out,
                     ending::out_of_memory, ending::limit_reached, ending::deadlocked, ending::unstable})
    EXPECT_EQ(parse_ending(to_string(end)), end);
  EXPECT_EQ(to_string(ending::out_of_memory), "out_of_memory");
}

TEST(ending, of_an_unknown_name_is_refused_and_quotes_it) {
  EXPECT_THAT([] { parse_ending("exploded"); }, ThrowsMessage<std::invalid_argument>(HasSubstr("'exploded'")));
}

}  // namespace
}  // namespace unitcost::harness
