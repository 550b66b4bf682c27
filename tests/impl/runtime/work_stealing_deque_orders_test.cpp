// Every interleaving of the deque's own code, with a store buffer as the C++ memory model allows it: with its memory
// orders each item is taken exactly once, and with any of its seq_cst operations made weaker some item is taken twice.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "impl/runtime/work_stealing_deque.hpp"
#include "tests/interleavings/atomic.hpp"
#include "tests/interleavings/explored_test.hpp"

namespace unitcost::runtime {
namespace {

using interleavings::access;
using std::memory_order_acq_rel;
using std::memory_order_acquire;
using std::memory_order_release;

// The order in which the deque's members are made.
constexpr std::size_t top = 0, split = 1;

class explored_deque : public interleavings::explored_test {
 protected:
  /// Two shared items; the owner pops once, a thief steals twice, what is left is popped after both.
  scenario two_shared_items() {
    return {[this] { share_two(); },
            {[this] { take(deque_->pop()); }, [this] { take(deque_->steal()), take(deque_->steal()); }},
            [this] {
              while (int* const left = deque_->pop()) take(left);
              return items_[1] == 1 && items_[2] == 1
                         ? ""
                         : "taken " + std::to_string(items_[1]) + " and " + std::to_string(items_[2]) + " times";
            }};
  }

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
  std::optional<work_stealing_deque<int, interleavings::atomic>> deque_;
};

TEST_F(explored_deque, gives_each_item_to_one_taker_in_every_execution) { EXPECT_EQ(fault_of(two_shared_items()), ""); }

TEST_F(explored_deque, gives_one_twice_when_the_owners_store_of_split_is_only_a_release) {
  EXPECT_NE(fault_of(two_shared_items(), {{split, access::store, "pop_shared", memory_order_release}}), "");
}

TEST_F(explored_deque, gives_one_twice_when_the_owners_load_of_top_is_only_an_acquire) {
  EXPECT_NE(fault_of(two_shared_items(), {{top, access::load, "pop_shared", memory_order_acquire}}), "");
}

TEST_F(explored_deque, gives_one_twice_when_the_thiefs_load_of_split_is_only_an_acquire) {
  EXPECT_NE(fault_of(two_shared_items(), {{split, access::load, "steal", memory_order_acquire}}), "");
}

TEST_F(explored_deque, gives_one_twice_when_the_thiefs_exchange_of_top_is_only_acquire_and_release) {
  EXPECT_NE(fault_of(two_shared_items(), {{top, access::exchange, "steal", memory_order_acq_rel}}), "");
}

}  // namespace
}  // namespace unitcost::runtime
