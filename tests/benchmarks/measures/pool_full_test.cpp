#include "benchmarks/measures/pool_full.hpp"

#include <gtest/gtest.h>

#include "impl/pools/task_pool.hpp"
#include "tests/benchmarks/measures/recorded_measurement.hpp"

namespace unitcost::measures {
namespace {

TEST(pool_full, loses_nothing) {
  test::recorded_measurement recorded(2);
  measure_pool_full<pools::task_pool>(recorded.given);
  EXPECT_TRUE(recorded.check_holds());
}

}  // namespace
}  // namespace unitcost::measures
