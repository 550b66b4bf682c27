#include "benchmarks/measures/pools/pool_full.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "impl/pools/task_pool.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

TEST(pool_full, loses_nothing) {
  test::recorded_measurement recorded(2);
  measure_pool_full<pools::task_pool>(recorded.given);
  EXPECT_TRUE(recorded.check_holds());
}

/// Whether the proof holds when so many tasks are given before the first of them begins.
bool proof_holds(std::size_t given_before_any_begins) {
  test::recorded_measurement recorded;
  planned_tasks tasks(std::vector<std::int64_t>(given_before_any_begins), task_work{});
  std::vector<planned_task> waiting;
  tasks.play([](std::int64_t) {}, [&waiting](planned_task body) { waiting.push_back(body); });
  for (planned_task const& each : waiting) each();
  check_pool_full(tasks, 2, recorded.given);
  return recorded.check_holds();
}

TEST(check_pool_full, catches_a_pool_without_a_bound) {
  EXPECT_TRUE(proof_holds(room_of_a_full_pool + 2));
  EXPECT_FALSE(proof_holds(room_of_a_full_pool + 3));
}

}  // namespace
}  // namespace unitcost::measures
