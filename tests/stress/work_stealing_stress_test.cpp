// The deque, the split join and the parking together, with delays at random between their steps.
//
// The short form is a test like any other. The long form is asked for by the number of operations:
//   UNITCOST_STRESS_OPERATIONS=100000000 build/release/unitcost_tests --gtest_filter='work_stealing_stress.*'
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/stress/crew.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::stress {
namespace {

/// What goes wrong, if anything, in a thousand trees: from a single node to some ten thousand.
template <class Parts>
std::string fault_of_trees(crew<Parts>& walkers, std::uint64_t seed, unsigned trees) {
  for (unsigned tree = 0; tree < trees; ++tree)
    if (std::string fault = walkers.walk({seed * 1'000'000 + tree, tree % 9}); !fault.empty()) return fault;
  return "";
}

TEST(work_stealing_stress, walks_each_node_once_passes_each_join_once_and_lets_nobody_sleep_beside_work) {
  char const* const asked = std::getenv("UNITCOST_STRESS_OPERATIONS");
  std::uint64_t const wanted = asked != nullptr ? std::strtoull(asked, nullptr, 10) : test_units(2'000'000);
  operation_count all;
  for (std::uint32_t seed = 1; all.sum() < wanted; ++seed) {
    unsigned const workers = 1 + seed % 4;
    crew walkers(workers, seed);
    ASSERT_EQ(fault_of_trees(walkers, seed, 90), "") << "seed " << seed << ", " << workers << " workers";
    all.add(walkers.stop());
  }
  EXPECT_GT(all.steals, 0u);
  EXPECT_GT(all.sleeps, 0u);
  if (asked != nullptr)
    std::printf("%llu operations: %llu pushes, %llu takes, %llu steals, %llu joins, %llu sleeps\n",
                static_cast<unsigned long long>(all.sum()), static_cast<unsigned long long>(all.pushes),
                static_cast<unsigned long long>(all.takes), static_cast<unsigned long long>(all.steals),
                static_cast<unsigned long long>(all.joins), static_cast<unsigned long long>(all.sleeps));
}

// The oracle finds planted faults.

struct publisher_that_calls_nobody : sound_parts {
  static constexpr bool calls_after_publishing = false;
};
struct thief_that_drops_what_it_stole : sound_parts {
  template <class Node>
  static Node* stolen(Node*) {
    return nullptr;
  }
};
struct join_that_resumes_nobody : delayed_join {
  bool child_arrives() { return delayed_join::child_arrives() && false; }
};
struct last_child_that_resumes_nobody : sound_parts {
  using join = join_that_resumes_nobody;
};
struct join_that_forgets_a_child : delayed_join {
  bool child_arrives() { return false; }
};
struct child_that_never_arrives : sound_parts {
  using join = join_that_forgets_a_child;
};

template <class Parts>
std::string fault_of_a_thousand_trees() {
  crew<Parts> walkers(3, 1);
  return fault_of_trees(walkers, 1, 1000);
}

TEST(work_stealing_stress_oracle, finds_a_publisher_that_calls_nobody) {
  crew<publisher_that_calls_nobody> walkers(2, 1);
  walkers.wait_until_all_sleep();
  EXPECT_EQ(walkers.walk({1, 1}), "all workers sleep beside work");
}

TEST(work_stealing_stress_oracle, finds_a_thief_that_drops_what_it_stole) {
  EXPECT_EQ(fault_of_a_thousand_trees<thief_that_drops_what_it_stole>(), "all workers sleep beside work");
}

TEST(work_stealing_stress_oracle, finds_a_last_child_that_resumes_nobody) {
  EXPECT_EQ(fault_of_a_thousand_trees<last_child_that_resumes_nobody>(), "all workers sleep beside work");
}

TEST(work_stealing_stress_oracle, finds_a_child_that_never_arrives) {
  EXPECT_EQ(fault_of_a_thousand_trees<child_that_never_arrives>(), "all workers sleep beside work");
}

}  // namespace
}  // namespace unitcost::stress
