#include "benchmarks/measures/pools/pool_worth.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "tests/benchmarks/measures/faulty_serial.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::fault;
using test::faulty_serial;
using test::recorded_measurement;

TEST(equal_cost_ns, is_where_the_ratio_crosses_one) {
  EXPECT_NEAR(equal_cost_ns({{100, 4}, {10'000, 0.25}}).value(), 1000, 1e-6);
  EXPECT_NEAR(equal_cost_ns({{100, 0.5}, {10'000, 2}}).value(), 1000, 1e-6) << "a pool that is cheaper for long tasks";
}

TEST(equal_cost_ns, is_the_last_of_several) {
  EXPECT_NEAR(equal_cost_ns({{1, 2}, {10, 0.5}, {100, 4}, {10'000, 0.25}}).value(), 1000, 1e-6);
}

TEST(equal_cost_ns, does_not_take_noise_about_one_for_a_crossing) {
  EXPECT_EQ(equal_cost_ns({{100, 0.5}, {1000, 0.96}, {10'000, 1.004}, {100'000, 0.99}}), std::nullopt);
  EXPECT_NEAR(equal_cost_ns({{100, 2}, {10'000, 0.5}, {100'000, 0.96}, {1e6, 1.01}}).value(), 1000, 1e-6);
  EXPECT_NEAR(equal_cost_ns({{100, 2}, {1000, 0.98}, {10'000, 0.5}}).value(), 1000, 1e-6)
      << "between the two that differ";
}

TEST(equal_cost_ns, is_nothing_where_one_is_always_dearer) {
  EXPECT_EQ(equal_cost_ns({{100, 4}, {1000, 1.5}, {10'000, 1.01}}), std::nullopt);
  EXPECT_EQ(equal_cost_ns({{100, 0.2}, {1000, 0.9}}), std::nullopt);
  EXPECT_EQ(equal_cost_ns({}), std::nullopt);
}

TEST(indifferent_from_ns, is_where_the_difference_becomes_less_than_five_percent) {
  // log 1.05 lies half-way between log 1.05^2 and log 1.
  EXPECT_NEAR(indifferent_from_ns({{100, 1.05 * 1.05}, {10'000, 1}}).value(), 1000, 1e-6);
  EXPECT_NEAR(indifferent_from_ns({{100, 1 / (1.05 * 1.05)}, {10'000, 1}}).value(), 1000, 1e-6)
      << "a pool that is dearer for short tasks";
}

TEST(indifferent_from_ns, takes_the_last_length_that_differs) {
  auto const from = indifferent_from_ns({{1, 3}, {10, 1.01}, {100, 1.2}, {1000, 1.0}});
  EXPECT_GT(from.value(), 100);
  EXPECT_LT(from.value(), 1000);
}

TEST(indifferent_from_ns, is_nothing_where_the_longest_differ_or_none_does) {
  EXPECT_EQ(indifferent_from_ns({{100, 3}, {1000, 1.2}}), std::nullopt);
  EXPECT_EQ(indifferent_from_ns({{100, 1.01}, {1000, 0.99}}), std::nullopt);
}

TEST(sweep_task_lengths, ends_when_two_lengths_in_a_row_make_no_difference) {
  auto const curve = sweep_task_lengths([](double length_ns) { return std::pair{length_ns, 1 + 1000 / length_ns}; });
  // 1.032 at 31.6 us is the first within 5 %, 100 us the second.
  EXPECT_NEAR(curve.back().first, 100'000, 1);
  EXPECT_NEAR(curve.front().first, 100, 1e-9);
}

TEST(sweep_task_lengths, does_not_end_at_one_that_happens_to_be_near) {
  int calls = 0;
  auto const curve = sweep_task_lengths([&calls](double length_ns) {
    return std::pair{length_ns, ++calls == 2 ? 1.0 : 2.0};
  });
  EXPECT_EQ(curve.size(), 13u);
  EXPECT_NEAR(curve.back().first, 1e8, 1e8 * 1e-6);
}

TEST(report_pool_worth, gives_both_lengths_and_the_curve) {
  recorded_measurement recorded;
  report_pool_worth({{100, 4}, {10'000, 0.25}, {100'000, 0.97}}, recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("shortest_task_ratio").value, 4);
  EXPECT_NEAR(recorded.metric("equal_cost_ns").value, 1000, 1e-6);
  EXPECT_GT(recorded.metric("indifferent_from_ns").value, 10'000);
  EXPECT_EQ(recorded.out.curves.size(), 1u);
  EXPECT_THAT(recorded.out.notes, testing::IsEmpty());
}

TEST(report_pool_worth, says_what_there_is_no_length_for) {
  recorded_measurement recorded;
  report_pool_worth({{100, 4}, {10'000, 1.2}}, recorded.given);
  EXPECT_EQ(recorded.out.metrics.size(), 1u);
  EXPECT_THAT(recorded.out.notes, testing::ElementsAre("the unit for each task is cheaper at no length",
                                                       "both differ by 5 % or more at the longest tasks still"));
}

TEST(what_was_not_found, is_said_by_the_lengths_that_differ) {
  EXPECT_THAT(what_was_not_found({{100, 2}, {1000, 0.5}, {10'000, 1}}), testing::IsEmpty());
  EXPECT_THAT(what_was_not_found({{100, 1.02}, {1000, 0.8}, {10'000, 1}}),
              testing::ElementsAre("the pool is cheaper at no length"));
  EXPECT_THAT(what_was_not_found({{100, 1.02}, {1000, 0.98}}),
              testing::ElementsAre("both differ by less than 5 % at all lengths"));
}

/// Waves that take as long as a script says.
struct scripted_waves {
  double wave_ns = 1e6;
  std::deque<double> first_runs_ns = {};  ///< before all take their time

  double run_ns(unsigned waves, std::uint64_t) {
    if (!first_runs_ns.empty()) {
      double const first = first_runs_ns.front();
      first_runs_ns.pop_front();
      return first;
    }
    return wave_ns * waves;
  }
};

TEST(advantage_of_pool, is_the_time_without_over_the_time_with_it) {
  scripted_waves without{.wave_ns = 3e6}, pool{.wave_ns = 1e5};
  EXPECT_DOUBLE_EQ(advantage_of_pool(without, pool, 1), 30);
  EXPECT_DOUBLE_EQ(advantage_of_pool(pool, without, 1), 1.0 / 30);
}

TEST(waves_of_a_slice, are_as_many_as_take_two_milliseconds) {
  scripted_waves waves{.wave_ns = 300'000};
  EXPECT_EQ(waves_of_a_slice(waves, 1), 8u);
  scripted_waves long_waves{.wave_ns = 5e6};
  EXPECT_EQ(waves_of_a_slice(long_waves, 1), 1u);
}

TEST(waves_of_a_slice, are_not_few_because_the_first_run_was_cold) {
  scripted_waves waves{.wave_ns = 20'000, .first_runs_ns = {3e6}};
  EXPECT_EQ(waves_of_a_slice(waves, 1), 128u);
}

TEST(timed_waves, fail_the_check_when_one_run_lost_a_task) {
  for (std::uint64_t const run : {1u, 99u}) {  // the second is never reached
    recorded_measurement recorded;
    faulty_serial::planted = {.what = fault::kind::lose, .run = run, .unit = 5};
    faulty_serial model({}, {});
    expected_waves expected;
    timed_waves waves(model, expected, recorded.given);
    waves.run_ns(2, 10);
    waves.run_ns(2, 10);
    EXPECT_EQ(recorded.check_holds(), run == 99);
  }
}

}  // namespace
}  // namespace unitcost::measures
