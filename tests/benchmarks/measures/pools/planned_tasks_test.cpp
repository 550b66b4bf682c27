#include "benchmarks/measures/pools/planned_tasks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::SizeIs;

TEST(planned_tasks, are_given_in_their_order_and_not_before_they_are_due) {
  planned_tasks tasks({0, 1000, 2000}, task_work{});
  std::vector<std::uint64_t> order;
  std::vector<std::int64_t> waited_for;
  tasks.play(
      [&](std::int64_t when_ns) {
        waited_for.push_back(when_ns - tasks.begun_ns());
        runtime::sleep_until(when_ns);
      },
      [&order](planned_task body) {
        order.push_back(body.seed);
        body();
      });
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
  for (std::int64_t when_ns : waited_for) EXPECT_TRUE(when_ns == 1000 || when_ns == 2000) << when_ns;
  EXPECT_THAT(tasks.waits_ns(), Each(Ge(0)));
  EXPECT_THAT(tasks.responses_ns(), SizeIs(3));
}

TEST(planned_tasks, count_what_a_task_waits_from_when_it_was_planned) {
  planned_tasks tasks({0, 0}, task_work{});
  tasks.play([](std::int64_t) {}, [](planned_task body) { body(); });
  tasks.body(0).times->begun_ns = tasks.begun_ns() + 70;
  tasks.body(1).times->begun_ns = tasks.begun_ns() + 90;
  tasks.body(1).times->ended_ns = tasks.begun_ns() + 95;
  EXPECT_THAT(tasks.waits_ns(), ElementsAre(70, 90));
  EXPECT_EQ(tasks.responses_ns()[1], 95);
}

TEST(planned_tasks, count_in_a_wait_what_its_giver_was_late_unless_asked_for_less) {
  planned_tasks tasks({0, 0}, task_work{});
  tasks.play([](std::int64_t) {}, [](planned_task body) { body(); });
  // The second is given when the first has been: whatever that took is in the one wait and not in the other.
  EXPECT_LE(tasks.given_waits_ns()[1], tasks.waits_ns()[1] - tasks.giving_ns()[0]);
  EXPECT_GE(tasks.giving_ns()[0], 0);
}

TEST(planned_tasks, tell_how_many_were_overtaken) {
  planned_tasks tasks({0, 0, 0, 0}, task_work{});
  std::int64_t begun_ns[] = {10, 40, 20, 30};  // the second by the third and the fourth
  for (std::size_t index = 0; index < 4; ++index) tasks.body(index).times->begun_ns = begun_ns[index];
  EXPECT_DOUBLE_EQ(tasks.overtaken_share(), 0.25);
}

/// Whether the proof holds after `spoil(tasks)`.
template <class Spoil>
bool proof_holds(Spoil spoil) {
  recorded_measurement recorded;
  planned_tasks tasks({0, 0, 0}, std::vector<task_work>{{.iterations = 5}, {.iterations = 7}, {.iterations = 9}});
  for (std::size_t index = 0; index < 3; ++index) tasks.body(index)();
  spoil(tasks);
  tasks.check(recorded.given);
  return recorded.check_holds();
}

TEST(planned_tasks, prove_that_each_ran_once_and_what_it_came_to) {
  EXPECT_TRUE(proof_holds([](planned_tasks const&) {}));
  EXPECT_FALSE(proof_holds([](planned_tasks const& tasks) { tasks.body(1)(); })) << "twice";
  EXPECT_FALSE(proof_holds([](planned_tasks const& tasks) { tasks.body(1).times->runs = 0; })) << "never";
  EXPECT_FALSE(proof_holds([](planned_tasks const& tasks) {
    std::swap(tasks.body(0).times->result, tasks.body(1).times->result);
  })) << "each the other's work";
}

TEST(report_percentiles, tells_those_that_have_samples_beyond_and_the_longest) {
  recorded_measurement recorded;
  std::vector<double> samples(200);
  for (std::size_t index = 0; index < 200; ++index) samples[index] = static_cast<double>(index + 1);
  report_percentiles("wait", "waits", samples, recorded.given);
  EXPECT_EQ(recorded.metric("wait_p50_ns").value, 100);
  EXPECT_EQ(recorded.metric("wait_max_ns").value, 200);
  EXPECT_THROW(recorded.metric("wait_p99_ns"), std::out_of_range) << "two samples beyond are too few";
}

}  // namespace
}  // namespace unitcost::measures
