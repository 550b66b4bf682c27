#include "benchmarks/measures/interpreter/reference_count.hpp"

#include <gtest/gtest.h>

#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

template <class Count>
reference_run count_by(unit_kind const& kind) {
  counted_object<Count> object(2, 0);  // one step of each
  kind.run({.workers = 1, .cpus = {}}, 2, steps_of(object));
  return {object.ns_per_reference(), object.references(), object.references_left(), object.last_ones()};
}

TEST(reference_count, is_one_again_when_all_was_given_back) {
  recorded_measurement own;
  report_references(
      {count_by<gil::plain_count>(interpreted_threads()), count_by<gil::atomic_count>(*threads_to_interpret()),
       count_by<gil::biased_count>(*threads_to_interpret())},
      own.given);
  EXPECT_TRUE(own.check_holds());
  EXPECT_EQ(own.metric("reference_ns").samples, 6000u);
}

/// What a plain count comes to that two threads use without a lock.
TEST(reference_count, is_wrong_where_one_was_lost) {
  recorded_measurement own;
  report_references({{2.0, 1000, 1}, {2.0, 1000, 2}, {2.0, 1000, 1}}, own.given);
  EXPECT_FALSE(own.check_holds());
}

TEST(reference_count, is_wrong_where_somebody_was_told_to_end_the_object) {
  recorded_measurement own;
  report_references({{2.0, 1000, 1, 1}}, own.given);
  EXPECT_FALSE(own.check_holds());
}

TEST(reference_count, is_told_as_the_median_of_runs) {
  recorded_measurement own;
  report_references({{2.0, 1000, 1}, {9.0, 1000, 1}, {3.0, 1000, 1}}, own.given);
  EXPECT_EQ(own.metric("reference_ns").value, 3);
}

}  // namespace
}  // namespace unitcost::measures
