#include "benchmarks/measures/contenders/contender_sleep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace unitcost::measures {
namespace {

using testing::HasSubstr;

constexpr std::int64_t sleeping_life_ns = 50'000'000;
constexpr workloads::sleep::parameters four_sleepers{.units = 4, .delay_ns = 1'000'000};

harness::contender_answer of_sleepers() {
  outcome const due = workloads::sleep::oracle(four_sleepers);
  return {.reason = {},
          .facts = {.units = due.units, .checksum = due.checksum, .runs = 1, .elapsed_ns = 1'100'000},
          .samples = {{"started_ns", {0, 0, 0, 0}}, {"lateness_ns", {10'000, 20'000, 30'000, 100'000}}}};
}

TEST(contender_sleep, gives_lateness_and_what_all_took_beyond_one_delay) {
  harness::record out;
  EXPECT_EQ(complete_by_wakes(four_sleepers, of_sleepers(), sleeping_life_ns, out), "");
  ASSERT_EQ(out.metrics.size(), 3u);
  EXPECT_EQ(out.metrics[0].name, "lateness_ns");
  EXPECT_EQ(out.metrics[0].value, 25'000);
  EXPECT_EQ(out.metrics[1].name, "beyond_ideal_ns");
  EXPECT_EQ(out.metrics[1].value, 100'000);
  EXPECT_EQ(out.metrics[2].name, "asleep_at_once");
  EXPECT_EQ(out.metrics[2].value, 4);
  EXPECT_EQ(out.histograms.size(), 1u);
}

TEST(contender_sleep, is_wrong_where_a_unit_never_slept_or_twice) {
  auto answer = of_sleepers();
  answer.facts.units = 3;
  harness::record lost, twice;
  EXPECT_THAT(complete_by_wakes(four_sleepers, answer, sleeping_life_ns, lost), HasSubstr("3 units where 4"));
  answer = of_sleepers();
  answer.facts.checksum += 1;
  EXPECT_THAT(complete_by_wakes(four_sleepers, answer, sleeping_life_ns, twice), HasSubstr("checksum"));
}

std::string complaint_of_lateness(std::vector<double> lateness_ns) {
  auto answer = of_sleepers();
  answer.samples["lateness_ns"] = std::move(lateness_ns);
  harness::record out;
  return complete_by_wakes(four_sleepers, answer, sleeping_life_ns, out);
}

TEST(contender_sleep, is_wrong_where_times_cannot_be) {
  EXPECT_THAT(complaint_of_lateness({10, -5, 10, 10}), HasSubstr("5 ns too early"));
  EXPECT_THAT(complaint_of_lateness({10, 10, 10, 100'001}), HasSubstr("after 1100001 ns, and that all took 1100000"));
  auto answer = of_sleepers();
  answer.samples["started_ns"] = {0, -7, 0, 0};
  harness::record out;
  EXPECT_THAT(complete_by_wakes(four_sleepers, answer, sleeping_life_ns, out), HasSubstr("7 ns before it was made"));
  EXPECT_THAT(complete_by_wakes(four_sleepers, of_sleepers(), 1'000'000, out), HasSubstr("lived for"));
}

TEST(contender_sleep, is_wrong_where_units_slept_more_than_once) {
  auto answer = of_sleepers();
  answer.facts.runs = 2;
  harness::record out;
  EXPECT_THAT(complete_by_wakes(four_sleepers, answer, sleeping_life_ns, out), HasSubstr("slept 2 times"));
}

TEST(contender_sleep, is_no_answer_without_the_times_of_each_unit) {
  EXPECT_THROW(complaint_of_lateness({10, 10, 10}), std::invalid_argument);
  auto answer = of_sleepers();
  answer.samples.erase("started_ns");
  harness::record out;
  EXPECT_THROW(complete_by_wakes(four_sleepers, answer, sleeping_life_ns, out), std::invalid_argument);
}

TEST(contender_sleep, has_the_cases_of_models_as_far_as_a_record_has_room_for_the_answer) {
  harness::registry all({.workers = {1}, .contenders = {{"mine", "./mine", "mine", {{"latency", {"sleep"}}}}}});
  add_contender_sleep(all);
  EXPECT_NE(all.find("latency/mine/sleep/units:16/delay_ms:1"), nullptr);
  EXPECT_NE(all.find("latency/mine/sleep/units:100000/delay_ms:1000"), nullptr);
  EXPECT_EQ(all.find("latency/mine/sleep/units:1000000/delay_ms:10000"), nullptr);
  EXPECT_EQ(all.cases().size(), 3u);
}

}  // namespace
}  // namespace unitcost::measures
