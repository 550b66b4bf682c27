#include "benchmarks/measures/waiting/echo.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>

#include "benchmarks/measures/waiting/echo_floor.hpp"
#include "impl/all.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/waiting/every_conversing_model.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;
using workloads::echo;

/// A run of which clients and server say the same: 10 requests each. Two threads serve two units each, whose lives
/// overlap: 14 requests come between the later second round (600) and the earlier end (14'600) of each. Unit 4 has the
/// third thread and no second round.
void script(echo_run& run) {
  for (std::uint32_t index = 0; index < run.what.connections; ++index) {
    std::uint64_t const requests = index == 4 ? 1 : 10;
    bool const later = index % 2 == 1;
    run.tallies[index] = {.requests = requests, .checksum = 100 + index};
    run.units[index] = {
        .done = echo::oracle(run.what, requests, 100 + index),
        .served = {.second_round = {static_cast<int>(1 + index / 2), later ? 600 : 500, later ? 4u : 3u},
                   .end = {static_cast<int>(1 + index / 2), later ? 15'000 : 14'600, later ? 20u : 18u}}};
  }
  for (std::uint32_t round = 0; round < 40; ++round) run.round_ns[round] = 1000 + round;
  run.log.rounds_timed = 40;
  run.log.steady_from_ns = 7'000;
  run.log.steady_until_ns = 7'000 + 500'000'000;
  run.log.steady_answers = 50;
}

template <class Fault>
bool report_holds_after(Fault fault) {
  echo_run run({.connections = 5, .bytes = 64}, false);
  script(run);
  fault(run);
  recorded_measurement recorded;
  report_echo(run, recorded.given);
  return recorded.check_holds();
}

TEST(echo_measure, reports_cpu_time_rate_and_latency) {
  echo_run run({.connections = 5, .bytes = 64}, false);
  script(run);
  recorded_measurement recorded;
  report_echo(run, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("cpu_ns_per_request").value, 1000);
  EXPECT_DOUBLE_EQ(recorded.metric("requests_per_second").value, 100);
  EXPECT_EQ(recorded.metric("latency_ns").value, 1019.5);
}

TEST(echo_measure, has_no_number_where_nobody_was_answered_twice) {
  echo_run run({.connections = 5, .bytes = 64}, false);
  script(run);
  run.log.steady_answers = 0;
  recorded_measurement recorded;
  EXPECT_THROW(report_echo(run, recorded.given), std::runtime_error);
}

TEST(echo_measure, has_no_number_of_so_few_answers_that_its_ends_decide) {
  echo_run run({.connections = 5, .bytes = 64}, false);
  script(run);
  run.log.steady_answers = 49;
  recorded_measurement recorded;
  EXPECT_THROW(report_echo(run, recorded.given), harness::not_stable);
}

TEST(echo_measure, finds_a_unit_that_answered_more_or_less_than_its_client_saw) {
  EXPECT_FALSE(report_holds_after([](echo_run& run) { ++run.units[1].done.rounds; }));
  EXPECT_FALSE(report_holds_after([](echo_run& run) { --run.units[1].done.bytes_out; }));
}

TEST(echo_measure, finds_a_unit_that_read_something_else_than_its_client_sent) {
  EXPECT_FALSE(report_holds_after([](echo_run& run) { run.units[2].done.checksum ^= 1; }));
}

TEST(echo_measure, finds_a_client_that_was_answered_wrongly_lost_or_never) {
  EXPECT_FALSE(report_holds_after([](echo_run& run) { run.tallies[0].wrong_answers = 1; }));
  EXPECT_FALSE(report_holds_after([](echo_run& run) { run.tallies[0].lost = 1; }));
  EXPECT_FALSE(report_holds_after([](echo_run& run) {
    run.tallies[3] = {};
    run.units[3] = {};
  }));
}

bool has_two_cpus() { return recorded_measurement(2).given.settings().cpus.size() == 2; }

/// Whether it holds when `serve` answers real clients for some 0.1 s.
template <class Serve>
bool holds_for(bool non_blocking, Serve const& serve) {
  recorded_measurement recorded(2);
  try {
    measure_echo_of({.connections = 4, .bytes = 64}, non_blocking, recorded.given, serve);
  } catch (harness::not_stable const&) {  // on a busy machine
  }
  return recorded.check_holds();
}

TEST(echo_measure, holds_for_every_model_and_for_the_floor) {
  if (!has_two_cpus()) GTEST_SKIP() << "server and clients need a CPU each";
  test::for_each_conversing_model(
      []<class Model>() { EXPECT_TRUE(holds_for(wants_non_blocking<Model>(), serve_by_units<Model>)); });
  EXPECT_TRUE(holds_for(true, [](echo_service& service, placement const&) { answer_by_hand(service); }));
}

TEST(echo_measure, holds_where_clients_share_the_servers_cpu) {
  recorded_measurement recorded(1);
  try {
    measure_echo_of({.connections = 4, .bytes = 64}, true, recorded.given, serve_by_units<models::stackless>,
                    cpu_layout::shared);
  } catch (harness::not_stable const&) {  // on a busy machine
  }
  EXPECT_TRUE(recorded.check_holds());
}

TEST(mixed_measure, holds_for_units_and_for_the_floor_and_finds_who_leaves_the_computing_out) {
  if (!has_two_cpus()) GTEST_SKIP() << "server and clients need a CPU each";
  echo::parameters const asked{.connections = 4, .computing_steps = 100};
  auto holds = [&asked](auto const& serve) {
    recorded_measurement recorded(2);
    try {
      measure_echo_of(asked, true, recorded.given, serve);
      EXPECT_GT(recorded.metric("computing_ns").value, 0);
    } catch (harness::not_stable const&) {  // on a busy machine
    }
    return recorded.check_holds();
  };
  EXPECT_TRUE(holds([](echo_service& service, placement const&) { answer_by_hand(service); }));
  EXPECT_TRUE(holds(serve_by_units<models::stackless>));
  EXPECT_FALSE(holds([](echo_service& service, placement const&) {
    service.what.computing_steps = 0;  // the clients know better
    answer_by_hand(service);
  }));
}

TEST(echo_measure, finds_a_server_that_hangs_up) {
  if (!has_two_cpus()) GTEST_SKIP() << "server and clients need a CPU each";
  EXPECT_FALSE(holds_for(true, [](echo_service& service, placement const&) {
    for (load::connection& each : service.connections) each.server.reset();
  }));
}

TEST(echo_measure, finds_a_server_that_swaps_two_clients) {
  if (!has_two_cpus()) GTEST_SKIP() << "server and clients need a CPU each";
  EXPECT_FALSE(holds_for(true, [](echo_service& service, placement const&) {
    std::swap(service.connections[0].server, service.connections[1].server);
    answer_by_hand(service);
  }));
}

}  // namespace
}  // namespace unitcost::measures
