#include "benchmarks/measures/contenders/contender_spawn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>
#include <vector>

#include "benchmarks/measures/units/spawn.hpp"

namespace unitcost::measures {
namespace {

using testing::HasSubstr;

constexpr std::int64_t spawning_life_ns = 1'000'000;

harness::contender_answer of_spawns(std::vector<double> latency_ns, std::vector<double> joined_ns) {
  std::uint64_t const count = latency_ns.size();
  return {.reason = {},
          .facts = {.units = count, .checksum = 0, .runs = count, .elapsed_ns = 500'000},
          .samples = {{"latency_ns", std::move(latency_ns)}, {"joined_ns", std::move(joined_ns)}}};
}

/// Eight, the first seven of which are alike.
harness::contender_answer some_spawns(double last_latency_ns = 300, double last_joined_ns = 900) {
  return of_spawns({200, 200, 200, 200, 200, 200, 200, last_latency_ns},
                   {500, 500, 500, 500, 500, 500, 500, last_joined_ns});
}

/// Eight batches that took so long each.
harness::contender_answer some_batches(double joined_ns) {
  auto out = of_spawns(std::vector<double>(8, joined_ns / 2), std::vector<double>(8, joined_ns));
  out.facts.units = 8 * spawn_batch;
  out.facts.elapsed_ns = 8 * joined_ns;
  return out;
}

TEST(contender_spawn, gives_the_medians_of_both_times_and_their_percentiles) {
  harness::record out;
  EXPECT_EQ(complete_by_spawns(some_spawns(), spawning_life_ns, out), "");
  ASSERT_EQ(out.metrics.size(), 2u);
  EXPECT_EQ(out.metrics[0].name, "spawn_latency_ns");
  EXPECT_EQ(out.metrics[0].value, 200);
  EXPECT_EQ(out.metrics[1].name, "spawn_join_ns");
  EXPECT_EQ(out.metrics[1].value, 500);
  EXPECT_EQ(out.histograms.size(), 2u);
  EXPECT_EQ(out.sources.at("spawn_join_ns"), "the contender's own clock");
}

TEST(contender_spawn, divides_by_a_batch) {
  harness::record out;
  EXPECT_EQ(complete_by_spawns(some_batches(51'200), spawning_life_ns, out), "");
  EXPECT_EQ(out.metrics[1].value, 200);
  EXPECT_THAT(out.notes, testing::ElementsAre(HasSubstr("batches of 256")));
}

TEST(contender_spawn, is_wrong_in_batches_of_units_that_its_clock_could_tell_apart) {
  harness::record shorter, longer;
  EXPECT_EQ(complete_by_spawns(some_batches(9'999 * 256), 30'000'000, shorter), "");
  EXPECT_THAT(complete_by_spawns(some_batches(10'000 * 256), 30'000'000, longer), HasSubstr("took 10000 ns each"));
  EXPECT_TRUE(longer.metrics.empty());
}

TEST(contender_spawn, is_wrong_where_a_unit_did_not_answer) {
  for (std::uint64_t const units : {7u, 9u, 2047u}) {
    auto answer = some_spawns();
    answer.facts.units = units;
    harness::record out;
    EXPECT_THAT(complete_by_spawns(answer, spawning_life_ns, out), HasSubstr("units where"));
  }
}

TEST(contender_spawn, is_wrong_with_another_checksum_than_none) {
  auto answer = some_spawns();
  answer.facts.checksum = 1;
  harness::record out;
  EXPECT_THAT(complete_by_spawns(answer, spawning_life_ns, out), HasSubstr("checksum"));
}

TEST(contender_spawn, is_wrong_where_times_cannot_be) {
  harness::record out;
  EXPECT_THAT(complete_by_spawns(some_spawns(0, 400), spawning_life_ns, out), HasSubstr("ran 0 ns after"));
  EXPECT_THAT(complete_by_spawns(some_spawns(500, 400), spawning_life_ns, out), HasSubstr("joined after 400 ns"));
  EXPECT_THAT(complete_by_spawns(some_spawns(500, 600'000), spawning_life_ns, out), HasSubstr("in all"));
  EXPECT_THAT(complete_by_spawns(some_spawns(), 499'999, out), HasSubstr("lived for"));
}

TEST(contender_spawn, is_no_answer_without_a_sample_of_each_run) {
  auto answer = some_spawns();
  answer.facts.runs = answer.facts.units = 9;
  harness::record out;
  EXPECT_THROW(complete_by_spawns(answer, spawning_life_ns, out), std::invalid_argument);
  answer.samples.clear();
  EXPECT_THROW(complete_by_spawns(answer, spawning_life_ns, out), std::invalid_argument);
  std::vector<double> const too_few(7, 1.0), too_many(spawn_samples::capacity + 1, 1.0);
  for (auto const& each : {too_few, too_many})
    EXPECT_THROW(complete_by_spawns(of_spawns(each, each), spawning_life_ns, out), std::invalid_argument);
}

TEST(contender_spawn, has_cases_of_those_who_can_spawn_and_the_first_stands_for_it) {
  harness::registry all({.workers = {1}, .contenders = {{"mine", "./mine", "mine", {{"spawn", {"client", "unit"}}}}}});
  add_contender_spawn(all);
  EXPECT_EQ(all.cases().size(), 4u);
  EXPECT_TRUE(all.find("spawn/mine/idle/from:client/cores:2")->headline);
  EXPECT_FALSE(all.find("spawn/mine/idle/from:unit/cores:2")->headline);
  EXPECT_EQ(all.find("spawn/mine/idle/from:unit/cores:1")->cpus_used, 1u);
}

}  // namespace
}  // namespace unitcost::measures
