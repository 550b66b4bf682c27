// Every interleaving of the split join: one side, and only one, goes on with the parent, and owns its frame and sees
// its children's results; with any memory order made weaker by one step it does not.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "impl/stackless/fork_join/split_join.hpp"
#include "tests/interleavings/atomic.hpp"
#include "tests/interleavings/explored_test.hpp"
#include "tests/interleavings/owned.hpp"

namespace unitcost::stackless_runtime {
namespace {

using interleavings::access;
using interleavings::owned;
using std::memory_order_acquire;
using std::memory_order_relaxed;
using std::memory_order_release;

constexpr unsigned worker_count = 3;

/// A parent that spawns child after child and then joins. Each worker has a slot for its continuation, which stands for
/// the deque: the child takes it back unless a thief was faster. Taking acquires and nothing more, so that whoever
/// comes too late learns nothing from the thief.
class parent_with_children {
 public:
  explicit parent_with_children(unsigned children, unsigned rounds) : children_(children), rounds_left_(rounds) {}

  /// By the worker that owns the parent.
  void go_on(unsigned worker) {
    frame_.touch();
    while (spawned_ < children_) {
      owned& result = results_[spawned_++];
      slots_[worker].store(1, memory_order_release);
      result.touch();  // the child, which runs at once
      if (!take(worker)) return arrive_after_steal(worker);
      frame_.touch();
    }
    if (!join_.was_stolen() || join_.arrive_at_join()) pass_the_join(worker);
  }
  void steal(unsigned worker) {
    for (unsigned victim = 0; victim < worker_count; ++victim) {
      if (victim == worker || !take(victim)) continue;
      frame_.touch();
      join_.count_steal();
      return go_on(worker);
    }
  }

  std::string fault() const {
    return rounds_left_ == 0 ? ""
                             : "the parent waits for ever, " + std::to_string(rounds_left_) + " joins before its end";
  }

 private:
  bool take(unsigned worker) { return slots_[worker].exchange(0, memory_order_acquire) != 0; }
  void arrive_after_steal(unsigned worker) {
    if (join_.child_arrives()) pass_the_join(worker);
  }
  void pass_the_join(unsigned worker) {
    frame_.touch();
    for (unsigned child = 0; child < children_; ++child) results_[child].touch();
    if (rounds_left_ == 0) return interleavings::explorer::current->report("the parent went on twice");
    if (--rounds_left_ == 0) return;
    spawned_ = 0;
    go_on(worker);
  }

  interleavings::atomic<int> slots_[worker_count];
  split_join<interleavings::atomic> join_;
  owned frame_{"the parent's frame"};
  owned results_[2] = {owned("the first result"), owned("the second result")};
  unsigned const children_;
  // As the frame: for whoever owns the parent.
  unsigned spawned_ = 0;
  unsigned rounds_left_;
};

constexpr std::size_t pending_arrivals = worker_count;  // in the order in which members are made

class explored_split_join : public interleavings::explored_test {
 protected:
  scenario two_children(unsigned thieves, unsigned rounds = 1) {
    scenario tried{[this, rounds] { parent_.emplace(2u, rounds); },
                   {[this] { parent_->go_on(0); }},
                   [this] { return parent_->fault(); }};
    for (unsigned thief = 0; thief < thieves; ++thief)
      tried.threads.emplace_back([this, thief] { parent_->steal(thief + 1); });
    return tried;
  }
  std::optional<parent_with_children> parent_;
};

TEST_F(explored_split_join, lets_one_side_go_on_when_one_child_loses_its_parent_to_a_thief) {
  EXPECT_EQ(fault_of(two_children(1)), "");
}

TEST_F(explored_split_join, lets_one_side_go_on_when_both_children_lose_their_parent_to_thieves) {
  EXPECT_EQ(fault_of(two_children(2)), "");
}

TEST_F(explored_split_join, serves_one_join_after_the_other) { EXPECT_EQ(fault_of(two_children(2, 2)), ""); }

TEST_F(explored_split_join, loses_a_result_when_a_parent_that_comes_last_does_not_acquire) {
  EXPECT_NE(fault_of(two_children(1), {{pending_arrivals, access::exchange, "arrive_at_join", memory_order_release}}),
            "");
}

TEST_F(explored_split_join, hands_over_a_frame_still_in_use_when_the_parent_does_not_release) {
  EXPECT_EQ(fault_of(two_children(1), {{pending_arrivals, access::exchange, "arrive_at_join", memory_order_acquire}}),
            "a data race on the parent's frame");
}

TEST_F(explored_split_join, loses_a_result_when_a_child_does_not_release) {
  EXPECT_NE(fault_of(two_children(1), {{pending_arrivals, access::exchange, "child_arrives", memory_order_acquire}}),
            "");
}

TEST_F(explored_split_join, takes_over_a_frame_still_in_use_when_a_child_does_not_acquire) {
  EXPECT_EQ(fault_of(two_children(1), {{pending_arrivals, access::exchange, "child_arrives", memory_order_release}}),
            "a data race on the parent's frame");
}

}  // namespace
}  // namespace unitcost::stackless_runtime
