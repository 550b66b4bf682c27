#include "benchmarks/measures/unit_kind.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>

#include "benchmarks/measures/coordination/race.hpp"
#include "impl/runtime/shared_array.hpp"
#include "impl/runtime/shared_region.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

/// Each unit makes three steps, and sleeps after its first.
class three_steps {
 public:
  explicit three_steps(unsigned units) : made_(units) {}

  pause step(unsigned index) {
    switch (++made_[index]) {
      case 1:
        return 1000;
      case 2:
        return next_turn;
      default:
        return no_more;
    }
  }
  bool each_made_three() const {
    return std::ranges::all_of(made_, [](auto const& made) { return made == 3; });
  }

 private:
  runtime::shared_array<std::atomic<unsigned>> made_;
};

TEST(unit_kind, runs_each_step_of_each_unit_once_under_every_model) {
  for (unit_kind const& kind : unit_kinds()) {
    if (!kind.why_none.empty()) continue;
    SCOPED_TRACE(kind.model);
    test::recorded_measurement own;  // keeps the test's CPUs
    runtime::shared_object<three_steps> steps(5u);
    kind.run({.workers = 1, .cpus = own.given.first_cpus(1)}, 5, steps_of(*steps));
    EXPECT_TRUE(steps->each_made_three());
  }
}

/// Two units of which each goes on only when the other has made as many steps.
class hand_in_hand {
 public:
  pause step(unsigned index) {
    if (made_[index] > made_[1 - index]) return next_turn;
    return ++made_[index] < 5 ? next_turn : no_more;
  }
  bool done() const { return made_[0] == 5 && made_[1] == 5; }

 private:
  std::atomic<unsigned> made_[2] = {};
};

TEST(unit_kind, lets_others_run_between_steps_where_it_says_so) {
  for (unit_kind const& kind : unit_kinds()) {
    if (!kind.takes_turns) continue;
    SCOPED_TRACE(kind.model);
    test::recorded_measurement own;
    runtime::shared_object<hand_in_hand> steps;
    kind.run({.workers = 1, .cpus = own.given.first_cpus(1)}, 2, steps_of(*steps));
    EXPECT_TRUE(steps->done());
  }
}

TEST(unit_kind, of_coroutines_runs_on_several_workers_what_never_sleeps) {
  test::recorded_measurement own(2);
  if (own.given.settings().cpus.size() < 2) GTEST_SKIP() << "needs two CPUs";
  runtime::shared_object<raced_counter> counter(4u, 3u);
  placement const where{.workers = 2, .cpus = own.given.first_cpus(2)};
  unit_kind_of("stackless").run(where, 4, steps_of(*counter));
  EXPECT_EQ(counter->made(), counter->due());
  runtime::shared_object<three_steps> sleeping(4u);
  EXPECT_THROW(unit_kind_of("stackless").run(where, 4, steps_of(*sleeping)), not_supported);
}

TEST(unit_kind, gives_a_case_that_cannot_be_run_its_reason) {
  auto const reason = [](char const* model, unsigned workers) {
    return case_of(unit_kind_of(model), race_info, "counter", "units:4", workers).skip_reason;
  };
  EXPECT_EQ(reason("std_thread", 2), "");
  EXPECT_EQ(reason("serial", 1), "");
  EXPECT_EQ(reason("serial", 2), "serial runs one unit at a time");
  EXPECT_EQ(reason("null", 1), "null makes no units");
  EXPECT_NE(reason("boost_context", 1), "");
  EXPECT_THROW(unit_kind_of("parallel"), std::out_of_range);
}

}  // namespace
}  // namespace unitcost::measures
