#include "benchmarks/harness/supervision/measurement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "impl/model.hpp"
#include "tests/benchmarks/harness/sample_record.hpp"

namespace unitcost::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

class measurement_test : public testing::Test {
 protected:
  record out;
  measurement given{out,
                    {.which = profile::standard, .repetition = 2, .seed = 7, .memory_limit_bytes = 0, .cpus = {4, 6}}};
};

TEST_F(measurement_test, spends_the_time_of_its_profile) {
  EXPECT_EQ(given.measuring_s(), limits_of(profile::standard).measuring_s);
}

TEST_F(measurement_test, hands_out_the_first_cpus_of_the_run_in_their_order) {
  EXPECT_THAT(given.first_cpus(1), ElementsAre(4));
  EXPECT_THAT(given.first_cpus(2), ElementsAre(4, 6));
}

TEST_F(measurement_test, is_not_supported_where_the_run_has_too_few_cpus) {
  EXPECT_THAT([this] { given.first_cpus(3); },
              ThrowsMessage<not_supported>(HasSubstr("needs 3 CPUs, this run may use 2")));
}

TEST_F(measurement_test, files_a_metric_with_its_source) {
  given.report(sample_metric("switch_ns", 5), "CLOCK_MONOTONIC");
  EXPECT_EQ(out.metrics.at(0).value, 5);
  EXPECT_EQ(out.sources["switch_ns"], "CLOCK_MONOTONIC");
}

TEST_F(measurement_test, refuses_a_value_that_is_no_number) {
  for (double value : {std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_THAT([&] { given.report(sample_metric("switch_ns", value), "clock"); },
                ThrowsMessage<std::runtime_error>(HasSubstr("switch_ns came out as")));
  EXPECT_THAT(out.metrics, IsEmpty());
}

TEST_F(measurement_test, adds_the_units_of_several_checks) {
  given.check(3, 3, 11, 11);
  given.check(4, 5, 12, 12);
  EXPECT_EQ(out.check->units, 7u);
  EXPECT_EQ(out.check->expected_units, 8u);
  EXPECT_FALSE(out.check->holds());
}

TEST_F(measurement_test, holds_after_checks_that_all_hold) {
  given.check(3, 3, 11, 11);
  given.check(5, 5, 12, 12);
  EXPECT_TRUE(out.check->holds());
}

TEST_F(measurement_test, does_not_let_two_wrong_checksums_cancel) {
  given.check(3, 3, 11, 12);
  given.check(5, 5, 12, 11);
  EXPECT_FALSE(out.check->holds());
}

TEST_F(measurement_test, times_a_loop_by_what_its_batches_claim) {
  std::uint64_t done = 0;
  auto const loop = given.time_loop(0.001, [&done](std::uint64_t iterations) {
    done += iterations;
    return static_cast<std::int64_t>(iterations) * 250;
  });
  EXPECT_NEAR(loop.ns_per_iteration, 250, 1e-6);
  EXPECT_GE(done, loop.iterations);
  EXPECT_GE(loop.iterations, 4000u);  // 0.001 s of 250 ns each
  EXPECT_NEAR(loop.elapsed_ns, 250.0 * static_cast<double>(loop.iterations), 1);
}

TEST_F(measurement_test, does_not_show_an_interruption_of_some_stretches_of_a_loop) {
  int stretches = 0;
  auto const loop = given.time_loop(0.001, [&stretches](std::uint64_t iterations) {
    bool const interrupted = iterations > 1 && ++stretches % 3 == 0;
    return static_cast<std::int64_t>(iterations) * (interrupted ? 1000 : 250);
  });
  EXPECT_NEAR(loop.ns_per_iteration, 250, 1e-6);
  EXPECT_GE(stretches, 9);
  EXPECT_GT(loop.elapsed_ns, 1.5 * 250 * static_cast<double>(loop.iterations)) << "but the whole holds it";
}

TEST_F(measurement_test, takes_the_one_iteration_that_fills_the_time_for_all) {
  int iterations = 0;
  auto const loop = given.time_loop(0.001, [&iterations](std::uint64_t count) {
    iterations += static_cast<int>(count);
    return 2'000'000;
  });
  EXPECT_DOUBLE_EQ(loop.ns_per_iteration, 2e6);
  EXPECT_EQ(iterations, 1);
}

}  // namespace
}  // namespace unitcost::harness
