#include "benchmarks/measures/contenders/contender_interpreter_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace unitcost::measures {
namespace {

using testing::HasSubstr;

constexpr std::int64_t whole_life_ns = 1'000'000'000;

/// Of three runs of 1,500 steps by two, and three by one.
harness::contender_answer of_computing(std::vector<double> alone_ns, std::vector<double> together_ns) {
  return {.reason = {},
          .facts = {.units = 9000, .checksum = 0, .runs = 3, .elapsed_ns = 4e8},
          .samples = {{"alone_ns", std::move(alone_ns)}, {"together_ns", std::move(together_ns)}}};
}

/// Of three runs of 20 rounds, and three alone.
harness::contender_answer of_waiting(std::vector<double> lateness_ns) {
  return {.reason = {},
          .facts = {.units = 120, .checksum = 0, .runs = 3, .elapsed_ns = 5e8},
          .samples = {{"lateness_ns", std::move(lateness_ns)}, {"alone_lateness_ns", std::vector<double>(57, 1e5)}}};
}

harness::metric metric_of(harness::record const& out, std::string_view name) {
  for (auto const& each : out.metrics)
    if (each.name == name) return each;
  throw std::out_of_range("no such metric");
}

TEST(contender_interpreter_lock, gives_the_median_of_neighbours_ratios) {
  harness::record out;
  EXPECT_EQ(complete_by_job(job::cpu_bound, of_computing({3e7, 3e7, 4e7}, {3e7, 6e7, 2e7}), whole_life_ns, out), "");
  EXPECT_EQ(metric_of(out, "speed_up").value, 1);
  EXPECT_EQ(out.sources.at("speed_up"), "the contender's own clock");
  EXPECT_THROW(metric_of(out, "most_inside"), std::out_of_range) << "a contender does not count that";
}

TEST(contender_interpreter_lock, gives_lateness_beside_a_unit_that_computes_and_alone) {
  harness::record out;
  EXPECT_EQ(complete_by_job(job::mixed, of_waiting(std::vector<double>(57, 5e6)), whole_life_ns, out), "");
  EXPECT_EQ(metric_of(out, "lateness_p50_ns").value, 5e6);
  EXPECT_EQ(metric_of(out, "alone_lateness_p50_ns").value, 1e5);
  EXPECT_EQ(out.sources.at("lateness_p50_ns"), "the contender's own clock");
}

TEST(contender_interpreter_lock, is_wrong_where_steps_are_missing) {
  auto answer = of_computing({3e7, 3e7, 3e7}, {3e7, 3e7, 3e7});
  answer.facts.units = 8999;
  harness::record out;
  EXPECT_THAT(complete_by_job(job::cpu_bound, answer, whole_life_ns, out), HasSubstr("8999 units where 9000 were due"));
  EXPECT_THAT(out.metrics, testing::IsEmpty());
}

TEST(contender_interpreter_lock, is_wrong_where_times_cannot_be) {
  harness::record out;
  EXPECT_THAT(complete_by_job(job::cpu_bound, of_computing({3e7, 0, 3e7}, {3e7, 3e7, 3e7}), whole_life_ns, out),
              HasSubstr("less than can be"));
  EXPECT_THAT(complete_by_job(job::cpu_bound, of_computing({3e7, 3e7, 3e7}, {3e7, 3e7, 3e9}), whole_life_ns, out),
              HasSubstr("in all"));
  auto answer = of_computing({3e7, 3e7, 3e7}, {3e7, 3e7, 3e7});
  EXPECT_THAT(complete_by_job(job::cpu_bound, answer, 3e8, out), HasSubstr("lived for"));
  answer.facts.runs = 0;
  EXPECT_THAT(complete_by_job(job::cpu_bound, answer, whole_life_ns, out), HasSubstr("0 times"));
}

TEST(contender_interpreter_lock, is_wrong_where_it_was_faster_than_its_waits) {
  auto answer = of_computing({33e6, 33e6, 33e6}, {4e6, 4e6, 2.9e6});  // three waits of 1 ms each
  answer.facts.units = 192;
  harness::record out;
  EXPECT_THAT(complete_by_job(job::io_bound, answer, whole_life_ns, out), HasSubstr("together_ns"));
  answer.samples["together_ns"][2] = 3.1e6;
  EXPECT_EQ(complete_by_job(job::io_bound, answer, whole_life_ns, out), "");
}

TEST(contender_interpreter_lock, is_no_answer_without_each_sample_that_is_due) {
  harness::record out;
  EXPECT_THROW(complete_by_job(job::cpu_bound, of_computing({3e7}, {3e7}), whole_life_ns, out), std::invalid_argument);
  EXPECT_THROW(complete_by_job(job::mixed, of_computing({3e7}, {3e7}), whole_life_ns, out), std::invalid_argument);
  EXPECT_THROW(complete_by_job(job::mixed, of_waiting({1}), whole_life_ns, out), std::invalid_argument);
}

}  // namespace
}  // namespace unitcost::measures
