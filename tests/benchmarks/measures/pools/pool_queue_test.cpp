#include "benchmarks/measures/pools/pool_queue.hpp"

#include <gtest/gtest.h>

#include "impl/asio_pool/posting_pool.hpp"
#include "impl/pools/task_pool.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using test::recorded_measurement;

TEST(task_tree, is_grown_and_given_by_every_discipline) {
  for (auto const discipline : every_discipline) {
    recorded_measurement recorded;
    task_tree tree(10);
    pools::task_pool pool({.threads = 2, .capacity = task_tree::nodes, .discipline = discipline});
    tree.grow(pool);
    tree.check(recorded.given);
    tree.give_all(pool);
    tree.check(recorded.given);
    EXPECT_TRUE(recorded.check_holds()) << to_string(discipline);
  }
}

TEST(task_tree, is_grown_and_given_by_asios_pool) {
  recorded_measurement recorded;
  task_tree tree(10);
  asio_runtime::posting_pool pool({.workers = 2, .cpus = {}});
  tree.grow(pool);
  tree.check(recorded.given);
  tree.give_all(pool);
  tree.check(recorded.given);
  EXPECT_TRUE(recorded.check_holds());
}

/// Runs the seventh task it is given twice.
class repeating_pool : public pools::task_pool {
 public:
  using task_pool::task_pool;

  template <class Body>
  auto apply_async(Body body) {
    if (++given_ != 7) return task_pool::apply_async(body);
    return task_pool::apply_async([body] {
      body();
      body();
    });
  }

 private:
  int given_ = 0;
};

TEST(task_tree, shows_that_a_pool_ran_a_task_twice) {
  recorded_measurement recorded;
  task_tree tree(10);
  repeating_pool pool({.threads = 1, .capacity = task_tree::nodes});
  tree.give_all(pool);
  pool.close();
  pool.join();
  tree.check(recorded.given);
  EXPECT_FALSE(recorded.check_holds());
}

TEST(report_queue_waits, tells_a_stack_by_who_is_overtaken) {
  recorded_measurement recorded;
  planned_tasks tasks({0, 0, 0, 0}, task_work{});
  for (std::size_t index = 0; index < 4; ++index) {
    tasks.body(index).times->begun_ns = 10 - static_cast<std::int64_t>(index);
  }
  report_queue_waits(tasks, recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("overtaken_share").value, 0.75) << "all but the last";
}

}  // namespace
}  // namespace unitcost::measures
