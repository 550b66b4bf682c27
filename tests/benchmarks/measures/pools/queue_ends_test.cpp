#include "benchmarks/measures/pools/queue_ends.hpp"

#include <gtest/gtest.h>

#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

TEST(put_and_take, takes_all_that_was_put_at_each_end_by_one_and_by_several) {
  test::kept_affinity const affinity;
  for (queue_end const end : every_queue_end)
    for (std::size_t const threads : {1u, 2u}) {
      auto const cpus = affinity.first_cpus(threads);
      for (std::uint64_t const tasks : {1u, 2u, 1001u, 20'000u})
        EXPECT_EQ(put_and_take(end, cpus, tasks).taken, tasks) << to_string(end) << " on " << cpus.size();
    }
}

}  // namespace
}  // namespace unitcost::measures
