#include "benchmarks/measures/coordination/lock.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include "benchmarks/measures/all.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

constexpr round_plan few_rounds{.rounds = 40, .most_of_a_unit = 40, .outside = 10, .inside = 10};

TEST(lock, lets_no_update_of_what_it_guards_be_lost_whosever_it_is) {
  for (auto const& [model, name] : {std::pair{"process", "std_mutex"},
                                    {"process", "spin"},
                                    {"std_thread", "std_mutex"},
                                    {"std_thread", "spin"},
                                    {"thread_pool", "std_mutex"},
                                    {"tbb", "spin"},
                                    {"boost_fiber", "std_mutex"},
                                    {"boost_fiber", "own"},
                                    {"stackful", "spin"},
                                    {"stackless", "std_mutex"}}) {
    lock_place const place{.kind = unit_kind_of(model), .where = {.workers = 2}, .units = 4};
    auto const made = lock_way_of(model, name).run(place, few_rounds);
    EXPECT_EQ(made.sum(), few_rounds.rounds) << model << " " << name;
    EXPECT_EQ(made.counted, few_rounds.rounds) << model << " " << name;
  }
}

TEST(lock, of_units_on_one_worker_is_held_across_turns_and_had_in_their_order) {
  for (char const* const model : {"stackful", "stackless"}) {
    lock_place const place{.kind = unit_kind_of(model), .where = {.workers = 1}, .units = 4};
    auto const made = lock_way_of(model, "own").run(place, few_rounds);
    EXPECT_EQ(made.counted, few_rounds.rounds) << model;
    EXPECT_DOUBLE_EQ(jain_index(made.of_each), 1) << model;
  }
}

TEST(lock, is_refused_where_a_model_has_none_of_that_name) {
  EXPECT_THROW(lock_way_of("std_thread", "own"), std::out_of_range);
}

TEST(lock, reports_the_planted_share_and_the_fairness_of_exact_slices) {
  lock_speeds exact{.curve = {}, .fairness = {0.5, 1, 0.9}};
  for (unsigned const percent : percents_under_lock)
    exact.curve.emplace_back(percent, speed_by_amdahl(percent / 100.0, 2));
  test::recorded_measurement recorded;
  report_lock(exact, exact, 2, recorded.given);
  EXPECT_NEAR(recorded.metric("serial_share_one_round").value, 0.5, 1e-9);
  EXPECT_NEAR(recorded.metric("unplanted_share_many_rounds").value, 0, 1e-9);
  EXPECT_EQ(recorded.metric("fairness").value, 0.9);
  EXPECT_EQ(recorded.out.curves.size(), 2u);
  EXPECT_TRUE(recorded.out.notes.empty());
}

TEST(lock, reports_no_serial_share_of_one_worker_and_says_why) {
  lock_speeds const flat{.curve = {{0, 1}, {100, 1}}};
  test::recorded_measurement recorded;
  report_lock(flat, flat, 1, recorded.given);
  EXPECT_TRUE(recorded.out.metrics.empty());
  EXPECT_EQ(recorded.out.notes.size(), 1u);
}

TEST(lock, measures_coroutines_on_one_cpu) {
  test::recorded_measurement recorded;
  measure_lock(lock_way_of("stackless", "own"),
               {.kind = unit_kind_of("stackless"), .where = {.workers = 1}, .units = 2}, recorded.given);
  EXPECT_TRUE(recorded.check_holds());
  EXPECT_EQ(recorded.metric("fairness").value, 1);
  EXPECT_GT(recorded.metric("contended_ns").value, 0);
  EXPECT_GT(recorded.metric("alone_ns").value, 0);
}

TEST(lock, has_a_case_or_a_reason_for_each_model) {
  harness::registry all({.workers = {1, 2}});
  add_lock(all);
  for (unit_kind const& kind : unit_kinds())
    EXPECT_TRUE(std::ranges::any_of(all.cases(), [&](auto const& one) { return one.model == kind.model; }))
        << kind.model;
  auto const measured = std::ranges::count_if(
      all.cases(), [](auto const& one) { return one.skip_reason.empty() && one.least == harness::profile::standard; });
  EXPECT_EQ(measured, 21);
  for (auto const& one : all.cases()) EXPECT_NE(one.least, harness::profile::quick) << one.name();
}

}  // namespace
}  // namespace unitcost::measures
