#include "workloads/parameter_range.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace unitcost::workloads {
namespace {

TEST(parameter_range, accepts_its_bounds) {
  EXPECT_NO_THROW(require_within("toy", "n", 1, 1, 16));
  EXPECT_NO_THROW(require_within("toy", "n", 16, 1, 16));
}

TEST(parameter_range, names_workload_parameter_value_and_remedy) {
  EXPECT_THAT([] { require_within("toy", "n", 17, 1, 16); },
              ::testing::ThrowsMessage<std::invalid_argument>("toy: n:17 is out of range; choose 1 to 16"));
}

}  // namespace
}  // namespace unitcost::workloads
