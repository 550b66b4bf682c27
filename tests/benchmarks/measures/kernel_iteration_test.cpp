#include "benchmarks/measures/kernel_iteration.hpp"

#include <gtest/gtest.h>

namespace unitcost::measures {
namespace {

TEST(kernel_iteration_ns, is_a_time) { EXPECT_GT(kernel_iteration_ns({0}), 0); }

}  // namespace
}  // namespace unitcost::measures
