#include "benchmarks/measures/graphs/throughput.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "impl/asio_pool/asio_pool.hpp"
#include "impl/std_async/std_async.hpp"
#include "tests/benchmarks/measures/faulty_serial.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::fault;
using test::faulty_serial;
using test::recorded_measurement;
using workloads::fib;
using workloads::matmul;

TEST(report_throughput, gives_time_per_unit_rate_speedup_and_efficiency) {
  recorded_measurement recorded;
  report_throughput({.graph_ns = 2'000, .serial_ns = 3'000, .units = 50, .units_made = 40, .workers = 2, .runs = 7},
                    recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("ns_per_unit").value, 40);
  EXPECT_DOUBLE_EQ(recorded.metric("units_per_second").value, 25e6);
  EXPECT_DOUBLE_EQ(recorded.metric("speedup").value, 1.5);
  EXPECT_DOUBLE_EQ(recorded.metric("efficiency").value, 0.75);
  EXPECT_THAT(recorded.out.notes, testing::ElementsAre(testing::HasSubstr("of the graph's 50 units a run makes 40")));
}

TEST(report_throughput, names_what_its_derived_metrics_follow_from) {
  recorded_measurement recorded;
  report_throughput({.graph_ns = 1, .serial_ns = 1, .units = 1}, recorded.given);
  EXPECT_EQ(recorded.metric("units_per_second").derived_from, "ns_per_unit");
  EXPECT_EQ(recorded.metric("efficiency").derived_from, "speedup");
  EXPECT_EQ(recorded.metric("ns_per_unit").derived_from, "");
  EXPECT_EQ(recorded.metric("speedup").derived_from, "");
}

TEST(report_throughput, says_which_direction_is_better_and_how_many_runs_there_were) {
  recorded_measurement recorded;
  report_throughput({.graph_ns = 1, .serial_ns = 1, .units = 1, .runs = 7}, recorded.given);
  EXPECT_EQ(recorded.metric("ns_per_unit").better, harness::direction::smaller);
  for (char const* greater : {"units_per_second", "speedup", "efficiency"})
    EXPECT_EQ(recorded.metric(greater).better, harness::direction::greater) << greater;
  for (auto const& metric : recorded.out.metrics) EXPECT_EQ(metric.samples, 7u) << metric.name;
}

TEST(report_throughput, has_one_headline) {
  recorded_measurement recorded;
  report_throughput({.graph_ns = 1, .serial_ns = 1, .units = 1, .runs = 1}, recorded.given);
  EXPECT_TRUE(recorded.metric("units_per_second").headline);
  EXPECT_EQ(std::ranges::count(recorded.out.metrics, true, &harness::metric::headline), 1);
}

TEST(why_not_run, says_of_a_model_whose_units_fork_nothing_that_it_has_waves_only) {
  EXPECT_EQ((why_not_run<workloads::grain, models::asio_pool>()), "");
  EXPECT_EQ((why_not_run<fib, models::asio_pool>()), models::asio_pool::why_no_unit_forks);
  EXPECT_EQ((why_not_run<fib, models::std_async>()), "");
}

class throughput_of : public ::testing::Test {
 protected:
  template <class Workload>
  void run_under(fault planted, typename Workload::parameters const& parameters) {
    faulty_serial::planted = planted;
    measure_throughput<Workload, faulty_serial>(parameters, 1, recorded_.given);
  }
  recorded_measurement recorded_;
};

TEST_F(throughput_of, a_faultless_model_passes_the_check) {
  run_under<fib>({}, {.n = 10});
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_EQ(recorded_.out.metrics.size(), 4u);
}

TEST_F(throughput_of, a_model_tells_the_facts_of_the_models_own_runs) {
  run_under<fib>({}, {.n = 10});
  auto const& facts = recorded_.out.facts.value();
  EXPECT_EQ(facts.units, 177u);
  EXPECT_EQ(facts.checksum, 89u);
  EXPECT_EQ(facts.runs, recorded_.metric("ns_per_unit").samples);
  EXPECT_DOUBLE_EQ(facts.elapsed_ns / static_cast<double>(facts.runs) / 177, recorded_.metric("ns_per_unit").value);
}

TEST_F(throughput_of, a_model_that_loses_a_unit_tells_so_in_its_facts) {
  run_under<fib>({.what = fault::kind::lose, .unit = 3}, {.n = 10, .spawn_depth = 3});
  EXPECT_NE(recorded_.out.facts.value().units, fib::oracle({.n = 10, .spawn_depth = 3}).units);
}

TEST_F(throughput_of, a_model_that_loses_a_unit_fails_the_check) {
  run_under<fib>({.what = fault::kind::lose, .unit = 3}, {.n = 10, .spawn_depth = 3});
  EXPECT_FALSE(recorded_.check_holds());
}

TEST_F(throughput_of, a_model_that_loses_a_unit_in_a_single_run_fails_the_check) {
  run_under<fib>({.what = fault::kind::lose, .run = 5}, {.n = 10});
  EXPECT_FALSE(recorded_.check_holds());
}

TEST_F(throughput_of, a_model_that_returns_a_wrong_value_fails_the_check) {
  run_under<fib>({.what = fault::kind::corrupt, .unit = 3}, {.n = 10});
  EXPECT_FALSE(recorded_.check_holds());
}

// A unit that only returns a value can run twice unseen; these add to what others wrote.
TEST_F(throughput_of, a_model_that_runs_a_unit_twice_fails_the_check_where_units_have_an_effect) {
  constexpr std::uint64_t first_that_accumulates = 4;
  run_under<matmul>({.what = fault::kind::repeat, .unit = first_that_accumulates}, {.n = 64, .spawn_depth = 1});
  EXPECT_FALSE(recorded_.check_holds());
}

TEST_F(throughput_of, more_workers_than_cpus_is_not_supported) {
  EXPECT_THROW((measure_throughput<fib, faulty_serial>({}, 2, recorded_.given)), not_supported);
}

}  // namespace
}  // namespace unitcost::measures
