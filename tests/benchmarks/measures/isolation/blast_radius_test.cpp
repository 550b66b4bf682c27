#include "benchmarks/measures/isolation/blast_radius.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "benchmarks/measures/isolation/lost_worker.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

struct survival {
  char const* model;
  double others, starter;
};

TEST(blast_radius, is_one_process_and_never_one_thread) {
  for (survival const& each : {survival{"process", 7, 1}, {"std_thread", 0, 0}, {"stackful", 0, 0}, {"serial", 2, 0}}) {
    SCOPED_TRACE(each.model);
    recorded_measurement own;
    measure_blast_radius(unit_kind_of(each.model), 1, way_to_die::exit, own.given);
    EXPECT_TRUE(own.check_holds());
    EXPECT_EQ(own.metric("others_finished").value, each.others);
    EXPECT_EQ(own.metric("starter_survives").value, each.starter);
  }
}

TEST(blast_radius, is_measured_for_each_way_to_die) {
  using enum way_to_die;
  for (way_to_die by : {segmentation_fault, abort, exit, stack_overflow}) {
    SCOPED_TRACE(to_string(by));
    recorded_measurement own;
    measure_blast_radius(unit_kind_of("process"), 1, by, own.given);
    EXPECT_TRUE(own.check_holds());
    EXPECT_EQ(own.metric("others_finished").value, 7);
  }
}

TEST(blast_radius, is_wrong_where_nobody_died) {
  recorded_measurement own;
  unit_kind forgetful = unit_kind_of("serial");
  forgetful.run = [](placement const&, unsigned, unit_steps const&) {};
  measure_blast_radius(forgetful, 1, way_to_die::exit, own.given);
  EXPECT_FALSE(own.check_holds());
}

TEST(blast_radius, is_wrong_where_a_death_went_unnoticed_by_a_model_that_cannot_survive_one) {
  recorded_measurement own;
  unit_kind boastful = unit_kind_of("process");
  boastful.abilities.survives_crash = false;
  measure_blast_radius(boastful, 1, way_to_die::exit, own.given);
  EXPECT_FALSE(own.check_holds());
}

TEST(lost_worker, is_replaced_and_takes_no_other_task_with_it) {
  recorded_measurement own;
  measure_lost_worker(lost_worker_log::workers, way_to_die::exit, own.given);
  EXPECT_TRUE(own.check_holds());
  EXPECT_EQ(own.metric("others_finished").value, 7);
  EXPECT_GT(own.metric("replaced_ns").value, 0);
}

TEST(lost_worker, that_a_manager_forgets_is_noticed) {
  constexpr double time_limit_s = 0.2;
  recorded_measurement own(1, time_limit_s);
  EXPECT_THAT([&] { measure_lost_worker(lost_worker_log::workers - 1, way_to_die::exit, own.given); },
              ::testing::ThrowsMessage<std::runtime_error>(::testing::HasSubstr("was not replaced")));
}

}  // namespace
}  // namespace unitcost::measures
