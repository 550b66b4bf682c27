// Tests of what needs control groups of its own.
#pragma once

#include <gtest/gtest.h>

#include "benchmarks/harness/machine/cgroup_hierarchy.hpp"

namespace unitcost::test {

/// Skipped, with the reason, where none can be made.
class in_control_groups : public testing::Test {
 protected:
  void SetUp() override {
    auto const hierarchy = harness::cgroup_hierarchy::detect();
    if (!hierarchy.writable) GTEST_SKIP() << hierarchy.why_not;
  }
};

}  // namespace unitcost::test
