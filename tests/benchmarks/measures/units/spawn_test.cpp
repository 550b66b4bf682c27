#include "benchmarks/measures/units/spawn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "impl/all.hpp"
#include "tests/benchmarks/measures/faulty_serial.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::fault;
using test::faulty_serial;
using test::recorded_measurement;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<spawn_samples> no_samples(std::uint64_t batch = 1) {
  auto samples = std::make_unique<spawn_samples>();
  samples->batch = batch;
  return samples;
}

/// `count` batches, of which the k-th took k * 100 ns to start and twice as long to be joined.
std::unique_ptr<spawn_samples> scripted_samples(std::uint64_t count, std::uint64_t batch = 1) {
  auto samples = no_samples(batch);
  for (std::uint64_t index = 0; index < count; ++index) {
    samples->latency_ns[index] = static_cast<std::int64_t>((index + 1) * 100);
    samples->joined_ns[index] = static_cast<std::int64_t>((index + 1) * 200);
  }
  samples->count = count;
  samples->started = count * batch;
  return samples;
}

TEST(too_short_for_the_clock, is_a_median_below_forty_readings) {
  auto samples = no_samples();
  samples->count = 3;
  samples->joined_ns[0] = 1;
  samples->joined_ns[2] = 1'000'000;
  samples->joined_ns[1] = 799;
  EXPECT_TRUE(too_short_for_the_clock(*samples, 20));
  samples->joined_ns[1] = 800;
  EXPECT_FALSE(too_short_for_the_clock(*samples, 20));
}

class keeping_a_sample : public ::testing::Test {
 protected:
  static constexpr std::int64_t long_ago_ns = 1;
  std::int64_t const called_ = runtime::now_ns() - 1000;
  std::unique_ptr<spawn_samples> samples_ = no_samples();

  /// What the units of a batch before the last have to answer.
  std::vector<std::int64_t> names(std::uint64_t count) const {
    std::vector<std::int64_t> all;
    for (std::uint64_t unit = 0; unit < count; ++unit) all.push_back(spawned_unit::of(*samples_, unit).name);
    return all;
  }
  std::uint64_t started_of(std::vector<std::int64_t> answers, std::int64_t last_start) {
    answers.push_back(last_start);
    samples_->batch = answers.size();
    keep_sample(*samples_, called_, answers);
    return samples_->started;
  }
};

TEST_F(keeping_a_sample, counts_units_that_gave_their_name_and_a_last_start_between_call_and_join) {
  EXPECT_EQ(started_of(names(2), called_ + 1000), 3u);
  EXPECT_EQ(samples_->count, 1u);
}

TEST_F(keeping_a_sample, takes_the_latency_of_the_batchs_last_unit) {
  started_of(names(2), called_ + 70);
  EXPECT_EQ(samples_->latency_ns[0], 70);
  EXPECT_GE(samples_->joined_ns[0], 1000);
}

TEST_F(keeping_a_sample, counts_no_unit_that_never_started) { EXPECT_EQ(started_of({0}, called_ + 1), 1u); }

TEST_F(keeping_a_sample, counts_no_unit_whose_answer_is_left_from_the_sample_before) {
  auto const before = names(3);
  EXPECT_EQ(started_of(before, called_ + 1), 4u);
  EXPECT_EQ(started_of(before, called_ + 1), 5u);
}

TEST_F(keeping_a_sample, counts_no_last_start_before_the_call) {
  EXPECT_EQ(started_of(names(1), called_ - 1), 1u);
  EXPECT_EQ(started_of({}, long_ago_ns), 1u);
}

TEST_F(keeping_a_sample, counts_no_last_start_after_the_join) {
  EXPECT_EQ(started_of(names(1), std::numeric_limits<std::int64_t>::max()), 1u);
}

TEST(a_spawned_unit, reads_the_clock_only_as_the_last_of_its_batch) {
  auto const samples = no_samples(3);
  EXPECT_EQ(spawned_unit::of(*samples, 1).answer(), spawned_unit::of(*samples, 1).name);
  EXPECT_GT(spawned_unit::of(*samples, 2).answer(), 0);
  EXPECT_GT(spawned_unit::of(*no_samples(1), 0).answer(), 0);
}

TEST(the_spawners, of_a_pool_are_a_client_first_and_a_unit) {
  EXPECT_EQ(spawners<models::thread_pool>({}), (std::vector{spawner::client, spawner::unit}));
  EXPECT_EQ(spawners<models::process_pool>({}), (std::vector{spawner::client, spawner::unit}));
}

TEST(the_spawners, of_a_pool_whose_tasks_spawn_nothing_are_the_client) {
  EXPECT_EQ(spawners<models::asio_pool>({}), std::vector{spawner::client});
}

TEST(the_spawners, of_a_model_without_a_pool_are_its_units_and_of_a_program_the_client) {
  EXPECT_EQ(spawners<models::std_thread>({}), std::vector{spawner::unit});
  EXPECT_EQ(spawners<models::process>({.launch = models::process::launch_by::vfork}), std::vector{spawner::client});
}

TEST(wants_more, takes_eight_samples_whatever_the_time_and_none_after_what_was_wanted) {
  auto samples = no_samples();
  samples->deadline_ns = 0;  // has passed
  samples->count = 7;
  EXPECT_TRUE(wants_more(*samples));
  samples->count = 8;
  EXPECT_FALSE(wants_more(*samples));
  samples->deadline_ns = std::numeric_limits<std::int64_t>::max();
  EXPECT_TRUE(wants_more(*samples));
  samples->wanted = 8;
  EXPECT_FALSE(wants_more(*samples));
}

TEST(begin_samples, forgets_the_series_before) {
  auto samples = scripted_samples(5);
  begin_samples(*samples, 256, 64, 0.1);
  EXPECT_EQ(samples->count, 0u);
  EXPECT_EQ(samples->started, 0u);
  EXPECT_EQ(samples->batch, 256u);
  EXPECT_EQ(samples->wanted, 64u);
}

TEST(report_spawns, gives_the_median_of_both_times) {
  recorded_measurement recorded;
  report_spawns(*scripted_samples(3), recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("spawn_latency_ns").value, 200);
  EXPECT_DOUBLE_EQ(recorded.metric("spawn_join_ns").value, 400);
  EXPECT_TRUE(recorded.metric("spawn_latency_ns").headline);
  EXPECT_FALSE(recorded.metric("spawn_join_ns").headline);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_TRUE(recorded.out.notes.empty());
}

TEST(report_spawns, divides_by_the_batch_and_says_so) {
  recorded_measurement recorded;
  report_spawns(*scripted_samples(3, 50), recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("spawn_latency_ns").value, 4);
  EXPECT_DOUBLE_EQ(recorded.metric("spawn_join_ns").value, 8);
  EXPECT_THAT(recorded.out.notes, ElementsAre(HasSubstr("batches of 50")));
  EXPECT_TRUE(recorded.check_holds());
}

TEST(report_spawns, fails_the_check_when_one_unit_of_a_batch_is_lost) {
  recorded_measurement recorded;
  auto samples = scripted_samples(10, 256);
  --samples->started;
  report_spawns(*samples, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(report_spawns, says_where_each_time_was_read) {
  recorded_measurement recorded;
  report_spawns(*scripted_samples(3), recorded.given);
  for (char const* name : {"spawn_latency_ns", "spawn_join_ns"})
    EXPECT_THAT(recorded.out.sources.at(name), HasSubstr("CLOCK_MONOTONIC")) << name;
}

TEST(report_spawns, has_only_the_percentiles_that_ten_samples_lie_beyond) {
  std::vector<std::pair<std::uint64_t, std::vector<std::string>>> const expected{
      {19, {}}, {20, {"50"}}, {100, {"50", "90"}}, {1000, {"50", "90", "99"}}};
  for (auto const& [count, percentiles] : expected) {
    recorded_measurement recorded;
    report_spawns(*scripted_samples(count), recorded.given);
    ASSERT_EQ(recorded.out.histograms.size(), 2u);
    for (auto const& histogram : recorded.out.histograms) {
      std::vector<std::string> names;
      for (auto const& [name, value] : histogram.percentiles) names.push_back(name);
      EXPECT_EQ(names, percentiles) << histogram.name << " of " << count;
      EXPECT_EQ(histogram.samples, count);
    }
  }
}

class spawn_of : public ::testing::Test {
 protected:
  void run_under(fault planted) {
    faulty_serial::planted = planted;
    measure_spawn<faulty_serial>({}, spawner::unit, 1, recorded_.given);
  }
  recorded_measurement recorded_;
};

TEST_F(spawn_of, a_faultless_model_passes_the_check) {
  run_under({});
  EXPECT_TRUE(recorded_.check_holds());
}

TEST_F(spawn_of, a_model_that_loses_one_unit_fails_the_check) {
  constexpr std::uint64_t after_warming_up = 1;
  run_under({.what = fault::kind::lose, .run = after_warming_up, .unit = 300});
  EXPECT_FALSE(recorded_.check_holds());
}

}  // namespace
}  // namespace unitcost::measures
