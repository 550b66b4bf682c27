#include "benchmarks/measures/interpreter/contender_interpreter_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace unitcost::measures {
namespace {

using testing::HasSubstr;

constexpr std::int64_t lived_ns = 1'000'000'000;

/// Of three runs of 1,500 steps by two, and three by one.
harness::contender_answer of_computing(std::vector<double> alone_ns, std::vector<double> together_ns) {
  return {.reason = {},
          .facts = {.units = 9000, .checksum = 0, .runs = 3, .elapsed_ns = 1},
          .samples = {{"alone_ns", std::move(alone_ns)}, {"together_ns", std::move(together_ns)}}};
}

harness::metric metric_of(harness::record const& out, std::string_view name) {
  for (auto const& each : out.metrics)
    if (each.name == name) return each;
  throw std::out_of_range("no such metric");
}

TEST(contender_interpreter_lock, gives_the_median_of_neighbours_ratios) {
  harness::record out;
  EXPECT_EQ(complete_by_job(job::cpu_bound, of_computing({3e7, 3e7, 4e7}, {3e7, 6e7, 2e7}), lived_ns, out), "");
  EXPECT_EQ(metric_of(out, "speed_up").value, 1);
  EXPECT_THROW(metric_of(out, "most_inside"), std::out_of_range) << "a contender does not count that";
}

TEST(contender_interpreter_lock, gives_lateness_beside_a_thread_that_computes) {
  harness::contender_answer answer{
      .reason = {}, .facts = {.units = 120}, .samples = {{"lateness_ns", {1e5, 5e6, 6e6}}}};
  harness::record out;
  EXPECT_EQ(complete_by_job(job::mixed, answer, lived_ns, out), "");
  EXPECT_EQ(metric_of(out, "lateness_p50_ns").value, 5e6);
}

TEST(contender_interpreter_lock, is_wrong_where_steps_are_missing) {
  auto answer = of_computing({3e7, 3e7, 3e7}, {3e7, 3e7, 3e7});
  answer.facts.units = 8999;
  harness::record out;
  EXPECT_THAT(complete_by_job(job::cpu_bound, answer, lived_ns, out), HasSubstr("8999"));
}

TEST(contender_interpreter_lock, is_wrong_where_times_cannot_be) {
  harness::record out;
  EXPECT_THAT(complete_by_job(job::cpu_bound, of_computing({3e7, 0, 3e7}, {3e7, 3e7, 3e7}), lived_ns, out),
              HasSubstr("0 ns"));
  EXPECT_THAT(complete_by_job(job::cpu_bound, of_computing({3e7, 3e7, 3e7}, {3e7, 3e7, 3e9}), lived_ns, out),
              HasSubstr("lived for"));
}

TEST(contender_interpreter_lock, is_no_answer_without_three_samples_of_each) {
  harness::record out;
  EXPECT_THROW(complete_by_job(job::cpu_bound, of_computing({3e7}, {3e7}), lived_ns, out), std::invalid_argument);
  EXPECT_THROW(complete_by_job(job::mixed, of_computing({3e7}, {3e7}), lived_ns, out), std::invalid_argument);
}

}  // namespace
}  // namespace unitcost::measures
