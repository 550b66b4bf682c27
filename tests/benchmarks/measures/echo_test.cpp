#include "benchmarks/measures/echo.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "benchmarks/measures/echo_floor.hpp"
#include "impl/all.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;
using workloads::echo;

/// A run of which clients and server say the same: 10 requests each, whose CPU time is 9 * 1000 ns a unit, of which
/// each two share a thread.
void script(echo_run& run) {
  for (std::uint32_t index = 0; index < run.what.connections; ++index) {
    run.tallies[index] = {.requests = 10, .checksum = 100 + index};
    run.units[index] = {.done = echo::oracle(run.what, 10, 100 + index),
                        .thread = static_cast<int>(index / 2),
                        .cpu_begun_ns = 500 + 9'000 * (index % 2),
                        .cpu_ended_ns = 500 + 9'000 * (index % 2) + 9'000};
  }
  run.log.rounds_timed = 40;
  for (std::uint32_t round = 0; round < 40; ++round) run.round_ns[round] = 1000 + round;
}

template <class Fault>
bool report_holds_after(Fault fault) {
  echo_run run({.connections = 4, .bytes = 64}, false);
  script(run);
  fault(run);
  recorded_measurement recorded;
  report_echo(run, 0.5, recorded.given);
  return recorded.check_holds();
}

TEST(echo_measure, reports_cpu_time_rate_and_latency) {
  echo_run run({.connections = 4, .bytes = 64}, false);
  script(run);
  recorded_measurement recorded;
  report_echo(run, 0.5, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("cpu_ns_per_request").value, 1000);
  EXPECT_EQ(recorded.metric("requests_per_second").value, 80);
  EXPECT_EQ(recorded.metric("latency_ns").value, 1019.5);
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

/// Whether it holds when `serve` answers real clients for some 0.1 s. Without a second CPU there is nothing to try.
template <class Serve>
bool holds_for(bool non_blocking, Serve const& serve) {
  recorded_measurement recorded(2);
  if (recorded.given.settings().cpus.size() < 2) return true;
  measure_echo_of({.connections = 4, .bytes = 64}, non_blocking, recorded.given, serve);
  return recorded.check_holds();
}

TEST(echo_measure, holds_for_every_model_whose_units_wait_beside_each_other_and_for_the_floor) {
  for_each_model(all_models{}, [&]<class Model>() {
    if constexpr (why_no_graph<Model>().empty() && Model::name != "null")
      if constexpr (waits_beside_others<Model>()) {
        SCOPED_TRACE(Model::name);
        EXPECT_TRUE(holds_for(waits_by_reactor<Model>(), [](echo_run& run, placement const& where) {
          run_together<answering, Model>(Model::variants().front().options, where, run.what.connections, run);
        }));
      }
  });
  EXPECT_TRUE(holds_for(true, [](echo_run& run, placement const&) { answer_by_hand(run); }));
}

TEST(echo_measure, finds_a_server_that_hangs_up) {
  EXPECT_FALSE(holds_for(true, [](echo_run& run, placement const&) {
    for (load::connection& each : run.connections) each.server.reset();
  }));
}

TEST(echo_measure, finds_a_server_that_swaps_two_clients) {
  EXPECT_FALSE(holds_for(true, [](echo_run& run, placement const&) {
    std::swap(run.connections[0].server, run.connections[1].server);
    answer_by_hand(run);
  }));
}

TEST(echo_measure, says_why_a_model_cannot) {
  EXPECT_EQ(why_no_echo("good", true, 1000, {.connections = 16}), "");
  EXPECT_NE(why_no_echo("good", true, 15, {.connections = 16}), "");
  EXPECT_NE(why_no_echo("pool", false, 1000, {.connections = 16}), "");
  EXPECT_NE(why_no_echo("good", true, 1u << 31, {.connections = 1u << 30}).find("descriptors"), std::string::npos);
}

}  // namespace
}  // namespace unitcost::measures
