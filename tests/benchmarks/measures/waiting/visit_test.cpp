#include "benchmarks/measures/waiting/visit.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "benchmarks/measures/waiting/visit_floor.hpp"
#include "impl/all.hpp"
#include "impl/process/unit_crashed.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/waiting/every_conversing_model.hpp"
#include "tests/open_descriptors.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;
using workloads::visit;

constexpr visit::parameters few{.visits = 8, .at_once = 2};
constexpr visit::parameters few_who_stay{.visits = 8, .at_once = 1, .stay = true};

/// A run of which visitors and server say the same.
void play(visit_service& service) {
  for (std::uint32_t visitor = 0; visitor < service.what.visits; ++visitor) {
    service.units[visitor].done = {
        .bytes_in = service.what.bytes, .bytes_out = service.what.bytes, .rounds = 1, .checksum = 100 + visitor};
    service.log.checksum += 100 + visitor;
    service.visit_ns[visitor] = 1000 + visitor;
  }
  service.log.answered = service.what.visits;
  service.log.begin_ns = 5'000;
  service.log.end_ns = 5'000 + 400'000'000;
}

template <class Fault>
bool check_holds_after_visits(Fault fault) {
  visit_service service(few, true);
  play(service);
  fault(service);
  recorded_measurement recorded;
  check_visits(service, recorded.given);
  return recorded.check_holds();
}

TEST(visit_measure, reports_rate_cpu_time_and_latency) {
  visit_service service(few, true);
  play(service);
  recorded_measurement recorded;
  check_visits(service, recorded.given);
  report_visits(service, 16'000, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_DOUBLE_EQ(recorded.metric("visits_per_second").value, 20);
  EXPECT_EQ(recorded.metric("cpu_ns_per_visit").value, 2000);
  EXPECT_EQ(recorded.metric("latency_ns").value, 1003.5);
}

TEST(visit_measure, tells_the_first_and_the_thousandth_of_those_who_stay) {
  visit_service service({.visits = 1000, .at_once = 1, .stay = true}, true);
  play(service);
  recorded_measurement recorded;
  report_visits(service, 1, recorded.given);
  EXPECT_EQ(recorded.metric("first_visit_ns").value, 1000);
  EXPECT_EQ(recorded.metric("thousandth_visit_ns").value, 1999);
  EXPECT_THROW(recorded.metric("visits_per_second"), std::out_of_range);
}

TEST(visit_measure, has_no_number_where_a_visitor_was_lost) {
  visit_service service(few, true);
  play(service);
  --service.log.answered;
  recorded_measurement recorded;
  report_visits(service, 1, recorded.given);
  EXPECT_TRUE(recorded.out.metrics.empty());
}

TEST(visit_measure, finds_a_visit_that_one_side_knows_nothing_of) {
  EXPECT_FALSE(check_holds_after_visits([](visit_service& service) { service.units[3].done = {}; }));
  EXPECT_FALSE(check_holds_after_visits([](visit_service& service) { ++service.units[3].done.rounds; }));
  EXPECT_FALSE(check_holds_after_visits([](visit_service& service) { --service.log.answered; }));
}

TEST(visit_measure, finds_who_was_told_something_else_or_came_to_a_bad_end) {
  EXPECT_FALSE(check_holds_after_visits([](visit_service& service) { service.units[2].done.checksum ^= 1; }));
  EXPECT_FALSE(check_holds_after_visits([](visit_service& service) { service.log.wrong_answers = 1; }));
  EXPECT_FALSE(check_holds_after_visits([](visit_service& service) { service.log.lost = 1; }));
  EXPECT_FALSE(check_holds_after_visits(
      [](visit_service& service) { service.units[2].done.end = workloads::conversation_end::failed; }));
}

bool two_cpus() { return recorded_measurement(2).given.settings().cpus.size() == 2; }

template <class Serve>
bool visits_hold(visit::parameters const& asked, bool non_blocking, std::uint32_t ports, Serve const& serve) {
  auto const before = test::open_descriptors();
  recorded_measurement recorded(2);
  measure_visits_of(asked, non_blocking, ports, recorded.given, serve);
  EXPECT_EQ(test::open_descriptors(), before);
  return recorded.check_holds() && recorded.metric("cpu_ns_per_visit").value > 0;
}

template <class Model>
void expect_visits_hold() {
  SCOPED_TRACE(Model::name);
  for (visit::parameters const& asked : {few, few_who_stay}) {
    EXPECT_TRUE(visits_hold(asked, wants_non_blocking_door<Model>(), 1, take_up_all<Model>));
  }
}

TEST(visit_measure, holds_for_every_model_and_for_the_floor) {
  if (!two_cpus()) GTEST_SKIP() << "server and visitors need a CPU each";
  test::for_each_conversing_model([]<class Model>() { expect_visits_hold<Model>(); });
  auto const by_hand = [](placement const&, visit_service& service) { take_up_by_hand(service); };
  for (visit::parameters const& asked : {few, few_who_stay}) {
    EXPECT_TRUE(visits_hold(asked, true, 1, by_hand));
  }
}

TEST(visit_measure, holds_for_acceptors_with_a_listener_each_on_one_port) {
  if (!two_cpus()) GTEST_SKIP() << "server and visitors need a CPU each";
  EXPECT_TRUE(visits_hold(few, false, few.at_once, take_up_all<models::process_pool>));
}

TEST(visit_measure, holds_where_more_come_than_are_left_unjoined) {
  if (!two_cpus()) GTEST_SKIP() << "server and visitors need a CPU each";
  EXPECT_TRUE(
      visits_hold({.visits = taking_up::most_unjoined + 5, .at_once = 2}, true, 1, take_up_all<models::stackful>));
}

TEST(visit_measure, tells_of_visitors_who_died) {
  if (!two_cpus()) GTEST_SKIP() << "server and visitors need a CPU each";
  for (bool const by_units : {false, true}) {
    recorded_measurement recorded(2);
    runtime::shared_object<visit_service> service(few, true);
    EXPECT_THROW(serve_visitors(
                     *service, recorded.given, [] { std::abort(); },
                     [&](placement const& where) {
                       by_units ? take_up_all<models::stackless>(where, *service) : take_up_by_hand(*service);
                     }),
                 unit_crashed);
  }
}

TEST(visit_measure, finds_a_server_that_hangs_up_on_a_visitor) {
  if (!two_cpus()) GTEST_SKIP() << "server and visitors need a CPU each";
  recorded_measurement recorded(2);
  measure_visits_of(few, false, 1, recorded.given, [](placement const&, visit_service& service) {
    load::listener const& door = service.open();
    for (std::uint32_t visitor = 0; visitor < few.visits; ++visitor) door.accept();
  });
  EXPECT_FALSE(recorded.check_holds());
}

}  // namespace
}  // namespace unitcost::measures
