#include "benchmarks/measures/waiting/open_echo.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/measures/waiting/echo_floor.hpp"
#include "impl/all.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/waiting/every_conversing_model.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;
using testing::ElementsAre;
using testing::HasSubstr;
using workloads::echo;

/// A thousand requests over five connections in half a second, of which clients and server say the same. Latencies are
/// 1, 2, … 1000 us; the generator was never late by more than 1 us. 100 requests came in the CPU time that counts.
class scripted_open_echo : public ::testing::Test {
 protected:
  scripted_open_echo() {
    for (std::uint32_t index = 0; index < 5; ++index) {
      run->tallies[index] = {.requests = 201, .checksum = 100 + index};
      run->units[index] = {.done = echo::oracle(run->what, 201, 100 + index),
                           .served = {.second_round = {1, 500, 5}, .end = {1, 500 + 700'000, 105}}};
    }
    for (std::int64_t request = 0; request < 1000; ++request) {
      planned_ns.push_back(request * 500'000);
      run->log.latency.count((request + 1) * 1000);
      run->log.lag.count(request);
    }
    run->log.answered_in_time = 998;
    run->log.turns = 1000;
    run->log.idle_turns = 900;
  }

  void report() {
    if (all_answered(*run, planned_ns.size(), recorded.given)) report_open_echo(*run, planned_ns, recorded.given);
  }

  std::vector<std::int64_t> planned_ns;
  std::unique_ptr<open_echo_run> run = std::make_unique<open_echo_run>(echo::parameters{.connections = 5}, false);
  recorded_measurement recorded;
};

TEST_F(scripted_open_echo, reports_percentiles_the_longest_the_rate_the_cpu_time_and_the_lag) {
  report();
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_NEAR(recorded.metric("latency_p50_ns").value, 500'000, 500);
  EXPECT_NEAR(recorded.metric("latency_p90_ns").value, 900'000, 900);
  EXPECT_NEAR(recorded.metric("latency_p99_ns").value, 990'000, 990);
  EXPECT_EQ(recorded.metric("latency_max_ns").value, 1'000'000);
  EXPECT_DOUBLE_EQ(recorded.metric("requests_per_second").value, 998 / 0.4995);
  EXPECT_EQ(recorded.metric("cpu_ns_per_request").value, 7000);
  EXPECT_NEAR(recorded.metric("lag_p99_ns").value, 989, 1);
}

TEST_F(scripted_open_echo, tells_no_percentile_with_fewer_than_ten_samples_beyond) {
  report();
  EXPECT_THROW(recorded.metric("latency_p99_9_ns"), std::out_of_range);
  for (std::int64_t request = 1000; request < 10'000; ++request) {
    planned_ns.push_back(request * 500'000);
    run->log.latency.count(5000);
  }
  recorded_measurement longer;
  report_open_echo(*run, planned_ns, longer.given);
  EXPECT_NEAR(longer.metric("latency_p99_9_ns").value, 990'000, 990);
}

TEST_F(scripted_open_echo, leaves_the_whole_histogram) {
  report();
  harness::histogram const& latencies = recorded.out.histograms.at(0);
  EXPECT_EQ(latencies.sub_buckets, 2048u);
  EXPECT_EQ(latencies.samples, 1000u);
  std::uint64_t counted = 0;
  for (auto const& [least_ns, count] : latencies.buckets) counted += count;
  EXPECT_EQ(counted, 1000u);
}

TEST_F(scripted_open_echo, finds_a_generator_that_stopped_sending) {
  planned_ns.push_back(500'000'000);
  report();
  EXPECT_FALSE(recorded.check_holds());
  EXPECT_TRUE(recorded.out.metrics.empty());
}

TEST_F(scripted_open_echo, finds_a_unit_that_answered_more_than_its_client_saw) {
  ++run->units[1].done.rounds;
  report();
  EXPECT_FALSE(recorded.check_holds());
}

TEST_F(scripted_open_echo, has_no_number_of_a_server_whose_generator_was_behind) {
  for (int late = 0; late < 20; ++late) run->log.lag.count(200'000);
  try {
    report();
    FAIL() << "reported";
  } catch (harness::not_stable const& behind) {
    EXPECT_THAT(behind.what(), HasSubstr("generator behind"));
  }
  EXPECT_TRUE(recorded.out.metrics.empty());
}

TEST(open_echo, plans_the_same_for_all_models_of_a_repetition_and_anew_for_the_next) {
  harness::record first, again, second;
  open_echo_scale const scale{open_echo_asked, load::spacing::poisson, 2000, harness::profile::full};
  auto const plan_of = [&](harness::record& out, unsigned repetition) {
    return planned_for(
        scale, harness::measurement(out, {.repetition = repetition, .seed = 5, .cpus = {}, .measuring_s = 0.1}));
  };
  EXPECT_EQ(plan_of(first, 0), plan_of(again, 0));
  EXPECT_NE(plan_of(first, 0), plan_of(second, 1));
  EXPECT_NEAR(static_cast<double>(plan_of(first, 0).size()), 400, 80) << "twice the measuring time";
}

/// Whether all that was planned is answered, some 0.1 s of it.
template <class Serve>
bool answers_all_that_was_planned(bool non_blocking, Serve const& serve) {
  recorded_measurement with_two(2);
  runtime::shared_object<open_echo_run> run(echo::parameters{.connections = 4, .bytes = 64}, non_blocking);
  auto const planned_ns = load::arrivals_ns({.per_second = 2000, .seed = 1}, 100'000'000);
  serve_clients(
      *run, with_two.given, [&] { send_as_planned(*run, planned_ns, with_two.given.patience_ns()); },
      [&](placement const& where) { serve(*run, where); });
  return all_answered(*run, planned_ns.size(), with_two.given) && with_two.check_holds();
}

bool has_no_two_cpus() { return recorded_measurement(2).given.settings().cpus.size() < 2; }

TEST(open_echo, is_answered_by_every_model_and_by_the_floor) {
  if (has_no_two_cpus()) GTEST_SKIP() << "server and clients need a CPU each";
  test::for_each_conversing_model([]<class Model>() {
    EXPECT_TRUE(answers_all_that_was_planned(wants_non_blocking<Model>(), serve_by_units<Model>));
  });
  EXPECT_TRUE(
      answers_all_that_was_planned(true, [](echo_service& service, placement const&) { answer_by_hand(service); }));
}

TEST(open_echo, finds_a_server_that_hangs_up) {
  if (has_no_two_cpus()) GTEST_SKIP() << "server and clients need a CPU each";
  EXPECT_FALSE(answers_all_that_was_planned(true, [](echo_service& service, placement const&) {
    for (load::connection& each : service.connections) each.server.reset();
  }));
}

std::vector<std::string> labels_of_floor(harness::profile which) {
  harness::registry all({{1, 2}});
  add_echo_floor_cases(all);
  add_generator_ceiling_case(all);
  std::vector<std::string> labels;
  for (harness::benchmark_case const& one : all.cases())
    if (one.least <= which && one.label.starts_with("load:open")) labels.push_back(one.label);
  return labels;
}

TEST(open_echo, is_not_in_quick_and_has_a_sweep_in_standard) {
  EXPECT_THAT(labels_of_floor(harness::profile::quick), ElementsAre());
  std::vector<std::string> expected;
  for (int const rate : {20, 40, 80})
    expected.push_back("load:open/arrivals:poisson/per_second:" + std::to_string(rate) + "000/connections:64/bytes:64");
  expected.push_back("load:open/arrivals:at_once/connections:64/bytes:64");
  EXPECT_EQ(labels_of_floor(harness::profile::standard), expected);
}

}  // namespace
}  // namespace unitcost::measures
