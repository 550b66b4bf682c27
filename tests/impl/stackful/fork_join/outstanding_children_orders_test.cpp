// Every interleaving of a fiber that waits for its children: it is resumed once, owns its stack, and sees the results;
// with any memory order made weaker by one step it does not.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "impl/stackful/fork_join/outstanding_children.hpp"
#include "tests/interleavings/atomic.hpp"
#include "tests/interleavings/explored_test.hpp"
#include "tests/interleavings/owned.hpp"

namespace unitcost::fibers {
namespace {

using interleavings::access;
using interleavings::owned;
using std::memory_order_acquire;
using std::memory_order_relaxed;
using std::memory_order_release;

/// A parent with two children on workers of their own, and then another that either of two workers takes: itself, when
/// it comes to wait, or a thief.
class parent_with_children {
 public:
  explicit parent_with_children() {
    children_.add_child();
    children_.add_child();
  }
  /// As join_counter::wait.
  void wait() {
    stack_.touch();
    if (children_.have_all_arrived()) return go_on();
    stack_.touch();  // the fiber's registers, and where to find it
    if (children_.parent_arrives()) resume();
  }
  void run_child(unsigned index) {
    results_[index].touch();
    if (children_.child_arrives()) resume();
  }
  void run_stolen_child() {
    if (ready_.exchange(0, memory_order_acquire) != 0) run_child(0);
  }
  std::string fault() const { return waits_passed_ == 2 ? "" : "the parent waits for ever"; }

 private:
  void resume() {
    stack_.touch();
    children_.reset();
    go_on();
  }
  void go_on() {
    stack_.touch();
    results_[0].touch();
    if (++waits_passed_ == 2) return;
    if (waits_passed_ > 2) interleavings::explorer::current->report("the parent was resumed twice");
    results_[1].touch();
    children_.add_child();
    ready_.store(1, memory_order_release);
    run_stolen_child();  // unless a thief was faster
    wait();
  }

  interleavings::atomic<int> ready_{0};
  outstanding_children<interleavings::atomic> children_;
  owned stack_{"the parent's stack"};
  owned results_[2] = {owned("the first result"), owned("the second result")};
  unsigned waits_passed_ = 0;  // for whoever owns the parent
};

constexpr std::size_t outstanding = 1;  // in the order in which members are made

class explored_join_counter : public interleavings::explored_test {
 protected:
  scenario three_children() {
    return {[this] { parent_.emplace(); },
            {[this] { parent_->wait(); }, [this] { parent_->run_child(0); }, [this] { parent_->run_child(1); },
             [this] { parent_->run_stolen_child(); }},
            [this] { return parent_->fault(); }};
  }
  std::optional<parent_with_children> parent_;
};

TEST_F(explored_join_counter, resumes_the_parent_once_for_two_children_and_again_for_a_third) {
  EXPECT_EQ(fault_of(three_children()), "");
}

TEST_F(explored_join_counter, loses_a_result_when_a_parent_that_need_not_wait_does_not_acquire) {
  EXPECT_NE(fault_of(three_children(), {{outstanding, access::load, "have_all_arrived", memory_order_relaxed}}), "");
}

TEST_F(explored_join_counter, loses_a_result_when_a_parent_that_comes_last_does_not_acquire) {
  EXPECT_NE(fault_of(three_children(), {{outstanding, access::exchange, "parent_arrives", memory_order_release}}), "");
}

TEST_F(explored_join_counter, hands_over_a_stack_still_in_use_when_the_parent_does_not_release) {
  EXPECT_EQ(fault_of(three_children(), {{outstanding, access::exchange, "parent_arrives", memory_order_acquire}}),
            "a data race on the parent's stack");
}

TEST_F(explored_join_counter, loses_a_result_when_a_child_does_not_release) {
  EXPECT_NE(fault_of(three_children(), {{outstanding, access::exchange, "child_arrives", memory_order_acquire}}), "");
}

TEST_F(explored_join_counter, takes_over_a_stack_still_in_use_when_a_child_does_not_acquire) {
  EXPECT_EQ(fault_of(three_children(), {{outstanding, access::exchange, "child_arrives", memory_order_release}}),
            "a data race on the parent's stack");
}

}  // namespace
}  // namespace unitcost::fibers
