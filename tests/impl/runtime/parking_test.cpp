#include "impl/runtime/parking.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "tests/unit_budget.hpp"

namespace unitcost::runtime {
namespace {

/// Whether a worker that runs out of work is counted as searching at once, or only when a first look found nothing.
enum class habit { counts_every_search, looks_before_it_counts };

/// Workers that take from one counter of tokens and sleep as soon as they see none: each token is a chance to lose
/// a wake-up.
class token_pool {
 public:
  token_pool(unsigned workers, habit how)
      : counts_every_search_(how == habit::counts_every_search), idle_(counts_every_search_ ? workers : 0) {
    for (unsigned index = 0; index < workers; ++index) threads_.emplace_back([this] { work(); });
  }
  ~token_pool() {
    idle_.close();
    for (auto& each : threads_) each.join();
  }
  void publish(std::uint32_t tokens) {
    waiting_.fetch_add(tokens, std::memory_order_seq_cst);
    idle_.notify();
  }
  /// Sleeps until `count` tokens were taken: nothing else keeps this process awake, so a lost wake-up hangs.
  void wait_for(std::uint32_t count) {
    for (std::uint32_t seen = taken_; seen < count; seen = taken_) futex_wait(taken_, seen);
  }

 private:
  bool take() {
    std::uint32_t seen = waiting_.load();
    while (seen != 0)
      if (waiting_.compare_exchange_weak(seen, seen - 1)) return true;
    return false;
  }
  void work() {
    for (bool counted = counts_every_search_;;) {
      if (take()) {
        if (counted) idle_.end_search([this] { return waiting_.load(std::memory_order_seq_cst) != 0; });
        taken_.fetch_add(1);
        futex_wake(taken_);
        counted = counts_every_search_;
        if (counted) idle_.begin_search();
      } else if (!counted) {
        idle_.begin_search();
        counted = true;
      } else if (!idle_.sleep([this] { return waiting_.load(std::memory_order_seq_cst) != 0; })) {
        return;
      }
    }
  }

  bool counts_every_search_;
  parking idle_;
  std::atomic<std::uint32_t> waiting_{0};
  futex_word taken_{0};
  std::vector<std::thread> threads_;
};

class parking_of : public testing::TestWithParam<habit> {};
INSTANTIATE_TEST_SUITE_P(workers, parking_of,
                         testing::Values(habit::counts_every_search, habit::looks_before_it_counts));

TEST_P(parking_of, wakes_a_sleeper_for_each_token_published_alone) {
  token_pool pool(2, GetParam());
  auto const tokens = static_cast<std::uint32_t>(test_units(40'000));
  for (std::uint32_t token = 1; token <= tokens; ++token) {
    pool.publish(1);
    pool.wait_for(token);
  }
}

TEST_P(parking_of, calls_one_sleeper_after_the_other_for_a_burst) {
  token_pool pool(4, GetParam());
  for (std::uint32_t burst = 1; burst <= 500; ++burst) {
    pool.publish(16);
    pool.wait_for(16 * burst);
  }
}

TEST_P(parking_of, loses_no_token_of_several_publishers) {
  token_pool pool(3, GetParam());
  auto const tokens = static_cast<std::uint32_t>(test_units(40'000));
  std::vector<std::thread> publishers;
  for (int index = 0; index < 2; ++index)
    publishers.emplace_back([&] {
      for (std::uint32_t token = 0; token < tokens; ++token) pool.publish(1);
    });
  for (auto& each : publishers) each.join();
  pool.wait_for(2 * tokens);
}

TEST(parking, lets_every_sleeper_go_when_it_is_closed) {
  parking idle(3);
  std::vector<std::thread> sleepers;
  for (int index = 0; index < 3; ++index)
    sleepers.emplace_back([&] { EXPECT_FALSE(idle.sleep([] { return false; })); });
  idle.close();
  for (auto& each : sleepers) each.join();
}

TEST(parking, does_not_let_the_last_searcher_sleep_beside_work_that_it_sees) {
  parking idle(1);
  EXPECT_TRUE(idle.sleep([] { return true; }));
}

}  // namespace
}  // namespace unitcost::runtime
