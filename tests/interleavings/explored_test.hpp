// The fixture of every test that explores.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/interleavings/explorer.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::interleavings {

class explored_test : public testing::Test {
 protected:
  void SetUp() override {
    if (sanitizer_divisor != 1)
      GTEST_SKIP() << "one kernel thread, in which a thread sanitizer finds nothing; its fibers are not announced";
  }

  /// What the derived test's threads run against.
  struct scenario {
    std::function<void()> begin;
    std::vector<std::function<void()>> threads;
    std::function<std::string()> fault;
    unsigned asleep_before = 0;
  };
  /// The first fault of all executions, with some orders weakened.
  static std::string fault_of(scenario const& tried, std::vector<weakening> weakened = {}) {
    explorer all(weakened);
    std::string const found = all.explore(tried.begin, tried.threads, tried.fault, tried.asleep_before);
    EXPECT_TRUE(weakened.empty() || all.weakened_any()) << "no operation was weakened";
    EXPECT_TRUE(!found.empty() || all.states() > 30) << "too few to be all: " << all.states();
    return found;
  }
};

}  // namespace unitcost::interleavings
