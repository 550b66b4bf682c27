#include "benchmarks/measures/waiting/sleep.hpp"

#include <gtest/gtest.h>

#include "benchmarks/measures/waiting/sleep_floor.hpp"
#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "tests/benchmarks/measures/faulty_serial.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::fault, test::faulty_serial, test::recorded_measurement;

constexpr std::int64_t one_delay_ns = 1'000'000;

/// Units that start one after the other, 10 ns apart, the first 90 ns after they were asked for, and are each later
/// than the one before, by 1 ns.
void script(sleep_log& log) {
  log.begun_ns = 910;
  for (std::uint64_t index = 0; index < log.units.size(); ++index) {
    auto const start_ns = static_cast<std::int64_t>(1000 + 10 * index);
    log.units[index] = {start_ns, start_ns + log.what.delay_ns + static_cast<std::int64_t>(index), 1};
  }
}

TEST(sleep, reports_how_late_units_were_and_what_all_took_beyond_one_delay) {
  sleep_log log({.units = 5, .delay_ns = one_delay_ns});
  script(log);
  recorded_measurement recorded;
  report_sleep(log, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("lateness_ns").value, 2);
  EXPECT_EQ(recorded.metric("beyond_ideal_ns").value, 90 + 4 * 10 + 4);
  EXPECT_EQ(recorded.metric("asleep_at_once").value, 5);
}

TEST(sleeps, are_at_once_those_that_began_before_others_woke) {
  sleeps const one_by_one{.delay_ns = 10, .started_ns = {0, 10, 20}, .lateness_ns = {0, 0, 0}};
  EXPECT_EQ(one_by_one.asleep_at_once(), 1u);
  sleeps const late{.delay_ns = 10, .started_ns = {20, 10, 0}, .lateness_ns = {0, 1, 0}};
  EXPECT_EQ(late.asleep_at_once(), 2u);
  EXPECT_EQ(late.last_wake_ns(), 30);
}

TEST(sleep, finds_a_unit_that_never_slept) {
  sleep_log log({.units = 5, .delay_ns = one_delay_ns});
  script(log);
  log.units[3] = {};
  recorded_measurement recorded;
  report_sleep(log, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(sleep, finds_a_unit_that_woke_up_early) {
  sleep_log log({.units = 5, .delay_ns = one_delay_ns});
  script(log);
  --log.units[0].woke_ns;
  recorded_measurement recorded;
  report_sleep(log, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(sleep, finds_a_model_that_loses_a_unit) {
  faulty_serial::planted = {.what = fault::kind::lose, .run = 0, .unit = 2};
  recorded_measurement recorded;
  measure_sleep<faulty_serial>({.units = 4, .delay_ns = one_delay_ns}, recorded.given);
  faulty_serial::planted = {};
  EXPECT_FALSE(recorded.check_holds());
}

TEST(sleep, finds_a_model_that_runs_a_unit_twice) {
  faulty_serial::planted = {.what = fault::kind::repeat, .run = 0, .unit = 2};
  recorded_measurement recorded;
  measure_sleep<faulty_serial>({.units = 4, .delay_ns = one_delay_ns}, recorded.given);
  faulty_serial::planted = {};
  EXPECT_FALSE(recorded.check_holds());
}

TEST(sleep, holds_for_every_model_that_has_units) {
  for_each_model(all_models{}, [&]<class Model>() {
    if (Model::name == "null" || Model::name == "boost_context") return;  // they make no units
    SCOPED_TRACE(Model::name);
    recorded_measurement own;
    measure_sleep<Model>({.units = 8, .delay_ns = one_delay_ns}, own.given);
    EXPECT_TRUE(own.check_holds());
    EXPECT_GE(own.metric("lateness_ns").value, 0);
  });
}

TEST(sleep, holds_for_the_floor_by_heap_and_by_queue) {
  for (due_order by : {due_order::heap, due_order::queue}) {
    sleep_log log({.units = 8, .delay_ns = one_delay_ns});
    sleep_by_hand(by, log);
    recorded_measurement recorded;
    report_sleep(log, recorded.given);
    EXPECT_TRUE(recorded.check_holds());
  }
}

}  // namespace
}  // namespace unitcost::measures
