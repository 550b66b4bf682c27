// Every interleaving of publishers and workers that sleep: no work waits beside a sleeper, and whoever is called sees
// what its caller wrote; with any memory order made weaker by one step one of both fails.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>

#include "impl/runtime/parking.hpp"
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

// The order in which the members of `crew` are made.
constexpr std::size_t work_flag = 0, parking_state = 3, parking_permits = 4;

/// Work is one flag. A worker gives up its search after the least number of looks that there may be: none at first, one
/// after each call. Once it has found work it is active, and searches no more before all is over.
class crew {
 public:
  explicit crew(unsigned searchers) : parking_(searchers) {}

  void publish(unsigned time = 0) {
    interleavings::explorer::current->forget_the_past_at(time);
    work_.store(1, memory_order_seq_cst);
    parking_.notify();
  }
  void work(bool counted_from_the_start) {
    if (!counted_from_the_start) parking_.begin_search();
    while (parking_.sleep([this] { return sees_work(); }))
      if (work_.exchange(0, memory_order_acquire) != 0) return parking_.end_search([this] { return sees_work(); });
  }
  void work_without_a_last_look() {
    parking_.sleep([] { return false; });
  }
  bool has_work() { return work_.load(memory_order_relaxed) != 0; }

  void call() { parking_.notify(); }
  /// Sleeps until it is called, then says something and calls the next.
  void pass_on_a_call(unsigned self) {
    if (!parking_.sleep([] { return false; })) return;
    heard_[self] = said_[1 - self].load(memory_order_relaxed) != 0;
    returned_[self] = true;
    said_[self].store(1, memory_order_relaxed);
    parking_.end_search([] { return true; });
  }
  bool one_was_called_by_the_other_and_did_not_hear_it() const {
    return returned_[0] && returned_[1] && !heard_[0] && !heard_[1];
  }

  void say_and_publish() {
    said_[0].store(1, memory_order_relaxed);
    publish();
  }
  void say_and_close() {
    said_[1].store(1, memory_order_relaxed);
    parking_.close();
  }
  void sleep_and_hear() {
    unsigned const caller = parking_.sleep([this] { return sees_work(); }) ? 0 : 1;
    if (said_[caller].load(memory_order_relaxed) == 0)
      interleavings::explorer::current->report("what was said is lost");
  }

 private:
  bool sees_work() const {
    interleavings::explorer::current->forget_the_past_at(0);
    return work_.load(memory_order_seq_cst) != 0;
  }

  interleavings::atomic<int> work_{0};
  interleavings::atomic<int> said_[2];
  parking_on<interleavings::atomic> parking_;
  bool returned_[2] = {}, heard_[2] = {};  // for each worker its own
};

class explored_parking : public interleavings::explored_test {
 protected:
  scenario with(unsigned searchers, std::vector<std::function<void()>> threads, std::function<std::string()> fault) {
    return {[this, searchers] { crew_.emplace(searchers); }, std::move(threads), std::move(fault)};
  }
  std::string lost_wake_up() {
    unsigned const asleep = interleavings::explorer::current->asleep();
    return crew_->has_work() && asleep != 0 ? "work waits and " + std::to_string(asleep) + " sleep" : "";
  }
  /// Workers that are counted as searching from the start; the last of them sleep before anything is published.
  scenario published(unsigned times, unsigned workers, unsigned asleep_before = 0) {
    std::vector<std::function<void()>> threads{[this, times] {
      for (unsigned time = 0; time < times; ++time) crew_->publish(time);
    }};
    threads.resize(1 + workers, [this] { crew_->work(true); });
    scenario tried = with(workers, std::move(threads), [this] { return lost_wake_up(); });
    tried.asleep_before = asleep_before;
    return tried;
  }
  scenario passed_on() {
    return with(2,
                {[this] { crew_->pass_on_a_call(0); }, [this] { crew_->pass_on_a_call(1); }, [this] { crew_->call(); }},
                [this] { return crew_->one_was_called_by_the_other_and_did_not_hear_it() ? "not heard" : ""; });
  }
  scenario said_and_called() {
    return with(1, {[this] { crew_->sleep_and_hear(); }, [this] { crew_->say_and_publish(); }},
                [] { return interleavings::explorer::current->asleep() != 0 ? "not called" : ""; });
  }
  scenario said_and_closed() {
    return with(
        2,
        {[this] { crew_->sleep_and_hear(); }, [this] { crew_->sleep_and_hear(); }, [this] { crew_->say_and_close(); }},
        [] { return interleavings::explorer::current->asleep() != 0 ? "not let go" : ""; });
  }
  scenario called_and_closed() {
    return with(1, {[this] { crew_->sleep_and_hear(); }, [this] { crew_->say_and_publish(), crew_->say_and_close(); }},
                [] { return interleavings::explorer::current->asleep() != 0 ? "not let go" : ""; });
  }
  std::optional<crew> crew_;
};

TEST_F(explored_parking, leaves_no_work_beside_a_sleeper_when_it_is_published_once_for_two_workers) {
  EXPECT_EQ(fault_of(published(1, 2)), "");
}

TEST_F(explored_parking, leaves_no_work_beside_a_sleeper_when_it_is_published_twice_for_a_worker_and_a_sleeper) {
  EXPECT_EQ(fault_of(published(2, 2, 1)), "");
}

TEST_F(explored_parking, leaves_no_work_beside_a_sleeper_when_it_is_published_twice_for_two_sleepers) {
  EXPECT_EQ(fault_of(published(2, 2, 2)), "");
}

TEST_F(explored_parking, leaves_no_work_beside_a_sleeper_when_a_worker_begins_to_search_late) {
  scenario const late = with(0, {[this] { crew_->publish(0), crew_->publish(1); }, [this] { crew_->work(false); }},
                             [this] { return lost_wake_up(); });
  EXPECT_EQ(fault_of(late), "");
}

TEST_F(explored_parking, leaves_no_work_beside_a_sleeper_when_two_publish) {
  EXPECT_EQ(
      fault_of(with(1, {[this] { crew_->work(true); }, [this] { crew_->publish(); }, [this] { crew_->publish(); }},
                    [this] { return lost_wake_up(); })),
      "");
}

TEST_F(explored_parking, lets_everybody_hear_whom_it_is_called_by) {
  EXPECT_EQ(fault_of(passed_on()), "");
  EXPECT_EQ(fault_of(said_and_called()), "");
}

TEST_F(explored_parking, lets_everybody_go_when_it_is_closed) {
  EXPECT_EQ(fault_of(said_and_closed()), "");
  EXPECT_EQ(fault_of(called_and_closed()), "");
}

TEST_F(explored_parking, leaves_work_beside_a_sleeper_that_takes_no_last_look) {
  EXPECT_EQ(fault_of(with(1, {[this] { crew_->work_without_a_last_look(); }, [this] { crew_->publish(); }},
                          [this] { return lost_wake_up(); })),
            "work waits and 1 sleep");
}

TEST_F(explored_parking, leaves_work_beside_a_sleeper_when_the_publishers_store_is_only_a_release) {
  EXPECT_EQ(fault_of(published(1, 1), {{work_flag, access::store, "publish", memory_order_release}}),
            "work waits and 1 sleep");
}

TEST_F(explored_parking, leaves_work_beside_a_sleeper_when_the_notifiers_load_is_only_an_acquire) {
  EXPECT_EQ(fault_of(published(1, 1), {{parking_state, access::load, "notify", memory_order_acquire}}),
            "work waits and 1 sleep");
}

TEST_F(explored_parking, leaves_work_beside_a_sleeper_whose_announcement_is_only_acquire_and_release) {
  EXPECT_EQ(fault_of(published(1, 1), {{parking_state, access::exchange, "sleep", memory_order_acq_rel}}),
            "work waits and 1 sleep");
}

TEST_F(explored_parking, leaves_work_beside_a_sleeper_when_a_worker_that_found_some_leaves_by_acquire_and_release) {
  EXPECT_EQ(fault_of(published(2, 2, 1), {{parking_state, access::exchange, "end_search", memory_order_acq_rel}}),
            "work waits and 1 sleep");
}

TEST_F(explored_parking, leaves_work_beside_a_sleeper_whose_last_look_is_only_an_acquire) {
  EXPECT_EQ(fault_of(published(1, 1), {{work_flag, access::load, "sees_work", memory_order_acquire}}),
            "work waits and 1 sleep");
}

TEST_F(explored_parking, calls_somebody_who_does_not_hear_it_when_the_caller_does_not_release) {
  EXPECT_EQ(fault_of(said_and_called(), {{parking_permits, access::exchange, "call_one", memory_order_relaxed}}),
            "what was said is lost");
}

TEST_F(explored_parking, calls_somebody_who_does_not_hear_it_when_taking_the_permit_does_not_acquire) {
  EXPECT_EQ(fault_of(passed_on(), {{parking_permits, access::exchange, "take_permit", memory_order_relaxed}}),
            "not heard");
}

TEST_F(explored_parking, lets_go_somebody_who_does_not_hear_it_when_the_closer_does_not_release) {
  EXPECT_EQ(fault_of(said_and_closed(), {{parking_permits, access::exchange, "close", memory_order_relaxed}}),
            "what was said is lost");
}

TEST_F(explored_parking, lets_go_somebody_who_does_not_hear_it_when_looking_for_a_permit_does_not_acquire) {
  EXPECT_EQ(fault_of(said_and_closed(), {{parking_permits, access::load, "take_permit", memory_order_relaxed}}),
            "what was said is lost");
  EXPECT_EQ(
      fault_of(called_and_closed(), {{parking_permits, access::failed_exchange, "take_permit", memory_order_relaxed}}),
      "what was said is lost");
}

}  // namespace
}  // namespace unitcost::runtime
