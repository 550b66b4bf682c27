// Units that die, or that there cannot be, in the midst of a measure: whoever waits for them is not left waiting.
#include <gtest/gtest.h>

#include <cstdint>
#include <type_traits>

#include "benchmarks/harness/supervision/process_balance.hpp"
#include "benchmarks/measures/units/order.hpp"
#include "benchmarks/measures/waiting/brigade.hpp"
#include "benchmarks/measures/waiting/echo.hpp"
#include "benchmarks/measures/waiting/visit.hpp"
#include "impl/all.hpp"
#include "impl/process/unit_crashed.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/waiting/mortal_echo.hpp"
#include "tests/benchmarks/measures/waiting/refusing_model.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;
using workloads::echo;

bool dying_units_have_two_cpus() { return recorded_measurement(2).given.settings().cpus.size() == 2; }

// Clients wait longer than any test, so that nothing ends by their patience.
constexpr double without_end_s = 4000;

TEST(crashing_units, leave_the_others_and_their_clients_whole_where_they_are_processes) {
  if (!dying_units_have_two_cpus()) GTEST_SKIP() << "server and clients need a CPU each";
  recorded_measurement recorded(2, without_end_s);
  auto const before = harness::read_process_balance();
  {
    using run_type = test::mortal_echo_run;
    runtime::shared_object<run_type> run(echo::parameters{.connections = 4}, false);
    EXPECT_THROW(test::measure_mortal_echo<models::process>(*run, recorded.given, [] {}), unit_crashed);
    for (std::uint32_t index = 0; index < 4; ++index) {
      load::client_tally const& client = run->tallies[index];
      bool const is_mortal = index == run_type::mortal;
      EXPECT_EQ(client.lost, is_mortal ? 1u : 0u);
      if (is_mortal) {
        EXPECT_EQ(client.requests, run_type::answers);
      } else {
        EXPECT_EQ(run->units[index].done, echo::oracle(run->what, client.requests, client.checksum));
      }
    }
    EXPECT_GT(run->log.steady_answers, 0u);
  }
  EXPECT_EQ(harness::imbalance_since(before), "");
}

TEST(refused_units, end_the_run_with_the_limit_and_leave_nobody_waiting) {
  if (!dying_units_have_two_cpus()) GTEST_SKIP() << "server and clients need a CPU each";
  auto const is_told = []<class Model>(std::type_identity<Model>) {
    SCOPED_TRACE(Model::name);
    recorded_measurement recorded(2, without_end_s);
    auto const before = harness::read_process_balance();
    EXPECT_THROW(
        measure_echo_of({.connections = 4}, wants_non_blocking<Model>(), recorded.given, serve_by_units<Model>),
        limit_reached);
    EXPECT_EQ(harness::imbalance_since(before), "");
  };
  is_told(std::type_identity<test::refusing<models::process>>());
  is_told(std::type_identity<test::refusing<models::std_thread>>());
  is_told(std::type_identity<test::refusing<models::stackful>>());
}

/// `measure` is to say that the third unit was refused, where four should have been together.
template <class Measure>
void expect_told_of_refusal(Measure const& measure) {
  recorded_measurement recorded(2, without_end_s);
  auto const before = harness::read_process_balance();
  EXPECT_THROW(measure(recorded.given), limit_reached);
  EXPECT_EQ(harness::imbalance_since(before), "");
}

template <class Model>
void are_told_of_refusal() {
  SCOPED_TRACE(Model::name);
  expect_told_of_refusal([](harness::measurement& given) { measure_brigade<Model>({.units = 4, .laps = 2}, given); });
  expect_told_of_refusal([](harness::measurement& given) { measure_order<Model>(4, 2, 1, given); });
}

template <class Model>
void visitors_are_not_left_waiting() {
  SCOPED_TRACE(Model::name);
  static_assert(waits_where<Model>() == waits_where<typename Model::sound>());
  expect_told_of_refusal([](harness::measurement& given) {
    measure_visits_of({.visits = 4, .at_once = 1, .stay = true}, wants_non_blocking_door<Model>(), 1, given,
                      take_up_all<Model>);
  });
}

TEST(refused_units, send_the_visitors_away_who_would_have_stayed) {
  if (!dying_units_have_two_cpus()) GTEST_SKIP() << "server and visitors need a CPU each";
  visitors_are_not_left_waiting<test::refusing<models::process>>();
  visitors_are_not_left_waiting<test::refusing<models::std_thread>>();
  visitors_are_not_left_waiting<test::refusing<models::stackful>>();
}

TEST(refused_units, leave_nobody_waiting_for_who_would_have_handed_something_on) {
  are_told_of_refusal<test::refusing<models::process>>();
  are_told_of_refusal<test::refusing<models::std_thread>>();
  are_told_of_refusal<test::refusing<models::stackful>>();
}

}  // namespace
}  // namespace unitcost::measures
