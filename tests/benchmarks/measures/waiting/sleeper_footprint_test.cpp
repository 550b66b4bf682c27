#include "benchmarks/measures/waiting/sleeper_footprint.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

/// Ten units, of which each took `each` bytes.
void play_sleepers(sleeper_run& run, std::uint64_t each) {
  for (std::uint64_t index = 0; index < run.steps.back(); ++index) run.arrivals.arrive(index);
  for (std::size_t step = 0; step < run.steps.size(); ++step)
    run.readings[step] = {
        .units = run.steps[step],
        .memory = {.user_bytes = 5000 + each * run.steps[step], .total_bytes = each * run.steps[step]}};
  run.begun_ns = 1000;
  run.last_reading_ns = 1999;
}

TEST(sleeper_footprint, is_the_slope_over_the_units_that_sleep) {
  sleeper_run run(10, 1000);
  play_sleepers(run, 112);
  recorded_measurement recorded;
  report_sleepers(run, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_NEAR(recorded.metric("resident_bytes_per_unit").value, 112, 1e-6);
  EXPECT_NEAR(recorded.metric("total_bytes_per_unit").value, 112, 1e-6);
}

TEST(sleeper_footprint, has_no_number_where_somebody_may_have_woken_up) {
  sleeper_run run(10, 1000);
  play_sleepers(run, 112);
  run.last_reading_ns = 2000;
  recorded_measurement recorded;
  EXPECT_THROW(report_sleepers(run, recorded.given), harness::not_stable);
}

TEST(sleeper_footprint, finds_a_unit_that_never_came) {
  sleeper_run run(10, 1000);
  play_sleepers(run, 112);
  --run.arrivals.count;
  recorded_measurement recorded;
  report_sleepers(run, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(sleeper_footprint, reads_all_steps_of_every_model_whose_units_sleep_beside_others) {
  for_each_model(all_models{}, []<class Model>() {
    if constexpr (why_none_together<Model>().empty() && sleeps_beside_others<Model>()) {
      SCOPED_TRACE(Model::name);
      recorded_measurement recorded;
      runtime::shared_object<sleeper_run> run(std::uint64_t{10}, 1'000'000);
      run_together<falling_asleep, Model>(Model::variants().front().options, {.workers = 1}, 1, *run);
      EXPECT_EQ(run->arrivals.count, 10u);
      for (std::size_t step = 0; step < run->steps.size(); ++step) {
        EXPECT_EQ(run->readings[step].units, run->steps[step]);
      }
    }
  });
}

}  // namespace
}  // namespace unitcost::measures
