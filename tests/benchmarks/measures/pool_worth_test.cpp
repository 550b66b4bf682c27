#include "benchmarks/measures/pool_worth.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

class advantage_of_a_pool : public testing::Test {
 protected:
  /// Of a model beside itself, of which the second loses what the test says.
  double ratio(fault planted) {
    faulty_serial::planted = planted;
    faulty_serial model({}, {});
    expected_waves expected;
    timed_waves waves(model, expected, recorded.given);
    return advantage_of_pool(waves, waves, 1000);
  }
  recorded_measurement recorded;
};

TEST_F(advantage_of_a_pool, is_a_ratio_of_work_that_is_checked) {
  EXPECT_GT(ratio({}), 0);
  EXPECT_TRUE(recorded.check_holds());
}

TEST_F(advantage_of_a_pool, fails_the_check_when_one_run_lost_a_task) {
  ratio({.what = fault::kind::lose, .run = 7, .unit = 5});
  EXPECT_FALSE(recorded.check_holds());
}

}  // namespace
}  // namespace unitcost::measures
