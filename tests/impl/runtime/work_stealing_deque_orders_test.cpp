// Every interleaving of the deque's own code, with a store buffer as the C++ memory model allows it: with its memory
// orders each item is taken exactly once, and with those named below made weaker by one step some item is taken twice,
// lost, or overlooked by somebody who falls asleep.
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
using std::memory_order_relaxed;
using std::memory_order_release;
using std::memory_order_seq_cst;

// The order in which the deque's members are made.
constexpr std::size_t top = 0, split = 1, ring = 2;

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

  /// The owner pushes a third item, for which there is no room.
  scenario growth() {
    scenario tried = two_shared_items();
    tried.begin = [this] { share_two(2); };
    tried.threads = {[this] { deque_->push(&items_[3]); }, [this] { take(deque_->steal()); }};
    return tried;
  }
  /// The owner of an empty deque pushes and then asks whether anybody sleeps; a thief says that it does, and then
  /// looks.
  scenario last_look() {
    return {[this] {
              deque_.emplace(4);
              sleeping_.emplace(0);
              owner_saw_a_sleeper_ = sleeper_saw_an_item_ = false;
            },
            {[this] {
               deque_->push(&items_[0]);
               owner_saw_a_sleeper_ = sleeping_->load(memory_order_seq_cst) != 0;
             },
             [this] {
               sleeping_->store(1, memory_order_seq_cst);
               sleeper_saw_an_item_ = !deque_->looks_empty();
             }},
            [this] { return owner_saw_a_sleeper_ || sleeper_saw_an_item_ ? "" : "an item beside a sleeper"; }};
  }

 private:
  void share_two(std::size_t capacity = 4) {
    for (int& times : items_) times = 0;
    deque_.emplace(capacity);
    deque_->push(&items_[0]);  // shared
    deque_->push(&items_[1]);  // private
    deque_->steal();
    deque_->push(&items_[2]);  // shares both
  }
  void take(int* item) {
    if (item != nullptr) ++*item;
  }

  int items_[4] = {};
  std::optional<work_stealing_deque<int, interleavings::atomic>> deque_;
  std::optional<interleavings::atomic<int>> sleeping_;
  bool owner_saw_a_sleeper_ = false, sleeper_saw_an_item_ = false;
};

TEST_F(explored_deque, gives_each_item_to_one_taker_in_every_execution) { EXPECT_EQ(fault_of(two_shared_items()), ""); }

TEST_F(explored_deque, gives_each_item_to_one_taker_while_it_grows) { EXPECT_EQ(fault_of(growth()), ""); }

TEST_F(explored_deque, leaves_no_item_beside_a_sleeper_that_looked) { EXPECT_EQ(fault_of(last_look()), ""); }

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

TEST_F(explored_deque, loses_an_item_when_a_larger_array_is_not_released) {
  EXPECT_NE(fault_of(growth(), {{ring, access::store, "install", memory_order_relaxed}}), "");
}

TEST_F(explored_deque, loses_an_item_when_a_larger_array_is_not_acquired) {
  EXPECT_NE(fault_of(growth(), {{ring, access::load, "steal", memory_order_relaxed}}), "");
}

TEST_F(explored_deque, leaves_an_item_beside_a_sleeper_when_sharing_is_only_a_release) {
  EXPECT_NE(fault_of(last_look(), {{split, access::store, "share_beyond", memory_order_release}}), "");
}

TEST_F(explored_deque, leaves_an_item_beside_a_sleeper_whose_look_at_split_is_only_an_acquire) {
  EXPECT_NE(fault_of(last_look(), {{split, access::load, "looks_empty", memory_order_acquire}}), "");
}

}  // namespace
}  // namespace unitcost::runtime
