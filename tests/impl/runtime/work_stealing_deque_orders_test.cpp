// Every interleaving of the deque's own code, with a store buffer as the C++ memory model allows it: with its memory
// orders each item is taken exactly once, and with any of its seq_cst operations made weaker some item is taken twice.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "impl/runtime/work_stealing_deque.hpp"
#include "tests/interleavings/explorer.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::runtime {
namespace {

using interleavings::access;
using interleavings::explorer;
using interleavings::weakening;

using explored_deque = work_stealing_deque<int, interleavings::atomic>;

// The order in which the deque's members are made.
constexpr std::size_t top = 0, split = 1;
constexpr unsigned owner = 0, thief = 1;

/// Two shared items; the owner pops once, a thief steals twice, what is left is popped after both.
class explored_deque_test : public testing::Test {
 protected:
  void SetUp() override {
    if (sanitizer_divisor != 1)
      GTEST_SKIP() << "one kernel thread, in which a thread sanitizer finds nothing; its fibers are not announced";
  }
  std::string fault_of(std::vector<weakening> weakened = {}) {
    explorer all(std::move(weakened));
    std::string const fault = all.explore(
        [this] { share_two(); },
        {[this] { take(deque_->pop()); }, [this] { take(deque_->steal()), take(deque_->steal()); }},
        [this] {
          while (int* const left = deque_->pop()) take(left);
          return items_[1] == 1 && items_[2] == 1
                     ? ""
                     : "taken " + std::to_string(items_[1]) + " and " + std::to_string(items_[2]) + " times";
        });
    executions_ = all.executions();
    return fault;
  }

  std::uint64_t executions_ = 0;

 private:
  void share_two() {
    for (int& times : items_) times = 0;
    deque_.emplace(4);
    deque_->push(&items_[0]);  // shared
    deque_->push(&items_[1]);  // private
    deque_->steal();
    deque_->push(&items_[2]);  // shares both
  }
  void take(int* item) {
    if (item != nullptr) ++*item;
  }

  int items_[3] = {};
  std::optional<explored_deque> deque_;
};

TEST_F(explored_deque_test, gives_each_item_to_one_taker_in_every_execution) {
  EXPECT_EQ(fault_of(), "");
  EXPECT_GT(executions_, 1000u) << "too few to be all";
}

TEST_F(explored_deque_test, gives_one_twice_when_the_owners_store_of_split_is_only_a_release) {
  EXPECT_NE(fault_of({{split, access::store, owner}}), "");
}

TEST_F(explored_deque_test, gives_one_twice_when_the_owners_load_of_top_is_only_an_acquire) {
  EXPECT_NE(fault_of({{top, access::load, owner}}), "");
}

TEST_F(explored_deque_test, gives_one_twice_when_the_thiefs_load_of_split_is_only_an_acquire) {
  EXPECT_NE(fault_of({{split, access::load, thief}}), "");
}

TEST_F(explored_deque_test, gives_one_twice_when_the_thiefs_exchange_of_top_is_only_acquire_and_release) {
  EXPECT_NE(fault_of({{top, access::exchange, thief}}), "");
}

}  // namespace
}  // namespace unitcost::runtime
