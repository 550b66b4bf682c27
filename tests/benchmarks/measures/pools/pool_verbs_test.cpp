#include "benchmarks/measures/pools/pool_verbs.hpp"

#include <gtest/gtest.h>

#include "impl/pools/process_task_pool.hpp"
#include "impl/pools/task_pool.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

using pools::task_pool;
using test::recorded_measurement;

class every_verb : public testing::TestWithParam<pool_verb> {};

TEST_P(every_verb, gives_all_tasks_and_collects_all_results) {
  pools::task_pool threads({.threads = 2, .capacity = 16});
  EXPECT_EQ(run_group(threads, GetParam(), 50), expected_of_group(50));
  pools::process_task_pool processes({.workers = 2, .capacity = 16});
  EXPECT_EQ(run_group(processes, GetParam(), 50), expected_of_group(50));
}

/// Loses the result of one task, or takes another's twice.
class careless_pool : public pools::task_pool {
 public:
  using task_pool::task_pool;

  std::uint64_t seed_instead_of_7 = 7;

  auto apply(pool_task_body body) { return task_pool::apply(spoilt(body)); }
  auto apply_async(pool_task_body body) { return task_pool::apply_async(spoilt(body)); }
  auto apply_async(pool_task_body body, pools::completion_queue<std::uint64_t>& ended) {
    return task_pool::apply_async(spoilt(body), ended);
  }
  template <class Body>
  auto map(std::vector<std::uint64_t> seeds, Body body) {
    seeds[6] = seed_instead_of_7;
    return task_pool::map(seeds, body);
  }

 private:
  pool_task_body spoilt(pool_task_body body) const {
    if (body.seed == 7) body.seed = seed_instead_of_7;
    return body;
  }
};

TEST_P(every_verb, shows_when_a_pool_ran_one_task_twice_and_another_never) {
  careless_pool pool({.threads = 2});
  EXPECT_EQ(run_group(pool, GetParam(), 50), expected_of_group(50));
  pool.seed_instead_of_7 = 8;
  EXPECT_NE(run_group(pool, GetParam(), 50), expected_of_group(50));
}

INSTANTIATE_TEST_SUITE_P(of_a_pool, every_verb, testing::ValuesIn(every_pool_verb),
                         [](auto const& tested) { return std::string(to_string(tested.param)); });

TEST(report_pool_verb, tells_the_share_of_the_kernel) {
  recorded_measurement recorded;
  report_pool_verb(5'000, 10'000, 256, recorded.given);
  EXPECT_DOUBLE_EQ(recorded.metric("ns_per_task").value, 5'000);
  EXPECT_DOUBLE_EQ(recorded.metric("kernel_time_ratio").value, 2);
}

}  // namespace
}  // namespace unitcost::measures
