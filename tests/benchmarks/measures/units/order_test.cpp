#include "benchmarks/measures/units/order.hpp"

#include <gtest/gtest.h>

#include "impl/all.hpp"
#include "impl/asio/turns.hpp"
#include "tests/benchmarks/measures/faulty_serial.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"
#include "tests/benchmarks/measures/units/faulty_turns.hpp"

namespace unitcost::measures {
namespace {

using test::fault, test::faulty_serial, test::faulty_turns, test::recorded_measurement, test::sound_turns;

class order_of : public ::testing::Test {
 protected:
  template <class Model>
  void run() {
    measure_order<Model>(6, 10, 1, recorded_.given);
  }
  double inversions() const { return recorded_.metric("order_inversions").value; }
  double out_of_turn() const { return recorded_.metric("out_of_turn_share").value; }

  recorded_measurement recorded_;
};

TEST_F(order_of, plain_calls_is_one_after_the_other_as_the_record_expects) {
  run<models::serial>();
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_DOUBLE_EQ(inversions(), 1);
  EXPECT_DOUBLE_EQ(out_of_turn(), 54.0 / 59);
  EXPECT_EQ(recorded_.metric("order_inversions").expected_low, 1);
  EXPECT_EQ(recorded_.metric("order_inversions").expected_high, 1);
}

TEST_F(order_of, coroutines_on_one_worker_is_round_robin) {
  run<models::stackless>();
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_EQ(inversions(), 0);
  EXPECT_EQ(out_of_turn(), 0);
  EXPECT_FALSE(recorded_.metric("order_inversions").expected_low) << "what is being asked is no known answer";
}

TEST_F(order_of, fibers_on_one_worker_is_round_robin) {
  run<models::stackful>();
  EXPECT_TRUE(recorded_.check_holds());
  EXPECT_EQ(inversions(), 0);
  EXPECT_EQ(out_of_turn(), 0);
}

TEST_F(order_of, a_model_of_any_kind_holds_each_step_of_each_unit_once) {
  for_each_model(all_models{}, [&]<class Model>() {
    if (Model::name == "null" || Model::name == "boost_context") return;  // they make no units
    SCOPED_TRACE(Model::name);
    recorded_measurement own;
    measure_order<Model>(6, 10, 1, own.given);
    EXPECT_TRUE(own.check_holds());
    EXPECT_LE(own.metric("order_inversions").value, 1);
  });
}

/// Every third time nobody else has a turn.
struct keeps_its_turn : sound_turns {
  inline static int given = 0;
  static void give_turn(real_context& unit) {
    if (++given % 3 != 0) unit.give_turn();
  }
};

TEST_F(order_of, units_that_keep_their_turn_now_and_then_is_no_round_robin) {
  run<faulty_turns<keeps_its_turn>>();
  EXPECT_TRUE(recorded_.check_holds()) << "no step is lost by it";
  EXPECT_GT(out_of_turn(), 0.1);
  EXPECT_GT(inversions(), 0);
}

TEST_F(order_of, a_lost_unit_fails_the_check) {
  faulty_serial::planted = {fault::kind::lose, 0, 3};
  run<faulty_serial>();
  EXPECT_FALSE(recorded_.check_holds());
}

TEST_F(order_of, a_unit_that_runs_twice_fails_the_check) {
  faulty_serial::planted = {fault::kind::repeat, 0, 3};
  run<faulty_serial>();
  EXPECT_FALSE(recorded_.check_holds());
}

TEST(check_steps, finds_a_step_under_another_units_name) {
  recorded_measurement recorded;
  step_log log(2, 2);
  for (unsigned unit : {0u, 1u, 1u, 1u}) log.step(unit);
  check_steps(log, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(check_steps, finds_a_step_too_many) {
  recorded_measurement recorded;
  step_log log(2, 2);
  for (unsigned unit : {0u, 1u, 0u, 1u, 0u}) log.step(unit);
  check_steps(log, recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(add_order_cases, skip_with_a_reason_what_cannot_run_on_two_workers) {
  harness::registry all({{1, 2}});
  add_order_cases<models::serial>(all);
  add_order_cases<models::stackless>(all);
  add_order_cases<models::stackful>(all);
  for (auto const& one : all.cases()) {
    bool const impossible = one.model != "stackful" && one.label.ends_with("workers:2");
    EXPECT_EQ(!one.skip_reason.empty(), impossible) << one.name();
  }
}

}  // namespace
}  // namespace unitcost::measures
