#include "impl/gil/gil.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <latch>
#include <thread>

#include "impl/gil/reference_counts.hpp"

namespace unitcost::gil {
namespace {

using namespace std::chrono_literals;

TEST(global_lock, is_held_by_one_thread_at_a_time) {
  global_lock lock(1us);
  int inside = 0;  // plain: thread sanitizer looks at it too
  bool excluded = true;
  std::latch all_there(4);
  std::array<std::jthread, 4> threads;
  for (auto& each : threads)
    each = std::jthread([&] {
      all_there.arrive_and_wait();
      lock.acquire();
      for (int step = 0; step < 200; ++step) {
        ++inside;
        std::this_thread::yield();
        excluded = excluded && inside == 1;
        --inside;
        lock.let_go_if_asked();
        if (step % 50 == 0) {
          lock.release();
          lock.acquire();
        }
      }
      lock.release();
    });
  for (auto& each : threads) each.join();
  EXPECT_TRUE(excluded);
}

TEST(global_lock, goes_to_who_has_waited_for_an_interval_although_its_holder_never_blocks) {
  global_lock lock(1us);
  std::atomic<bool> had_it = false;
  lock.acquire();
  std::jthread waiting([&] {
    lock.acquire();
    had_it = true;
    lock.release();
  });
  while (!had_it) lock.let_go_if_asked();
  lock.release();
  waiting.join();
  EXPECT_EQ(lock.switches(), 3u);  // this thread, the other, and this one again
}

/// The negative of it: of a holder whom nobody has asked yet.
TEST(global_lock, stays_with_its_holder_before_the_interval_is_over) {
  global_lock lock(1h);
  std::atomic<bool> had_it = false;
  lock.acquire();
  std::jthread waiting([&] {
    lock.acquire();
    had_it = true;
    lock.release();
  });
  while (lock.waiting() == 0) std::this_thread::yield();
  for (int step = 0; step < 1000; ++step) lock.let_go_if_asked();
  EXPECT_FALSE(had_it);
  EXPECT_EQ(lock.switches(), 1u);
  lock.release();
  waiting.join();
  EXPECT_TRUE(had_it);
}

TEST(global_lock, does_not_change_hands_when_the_same_thread_takes_it_again) {
  global_lock lock;
  for (int time = 0; time < 3; ++time) {
    lock.acquire();
    lock.let_go_if_asked();
    lock.release();
  }
  EXPECT_EQ(lock.switches(), 1u);
}

template <class Count>
class reference_counts : public testing::Test {};
using every_count = testing::Types<plain_count, atomic_count, biased_count>;
TYPED_TEST_SUITE(reference_counts, every_count);

TYPED_TEST(reference_counts, begin_with_one_and_tell_who_gave_back_the_last) {
  TypeParam count;
  if constexpr (requires { count.adopt(); }) count.adopt();
  count.take();
  count.take();
  EXPECT_EQ(count.references(), 3);
  EXPECT_FALSE(count.give_back());
  EXPECT_FALSE(count.give_back());
  EXPECT_EQ(count.references(), 1);
  EXPECT_TRUE(count.give_back());
}

template <class Count>
std::int64_t left_after_two_threads(Count& count) {
  std::array<std::jthread, 2> threads;
  for (auto& each : threads)
    each = std::jthread([&count] {
      for (int time = 0; time < 1000; ++time) {
        count.take();
        count.give_back();
      }
    });
  for (auto& each : threads) each.join();
  return count.references();
}

TEST(reference_counts, that_are_shared_lose_none) {
  atomic_count of_all;
  EXPECT_EQ(left_after_two_threads(of_all), 1);
  biased_count adopted;
  adopted.adopt();
  EXPECT_EQ(left_after_two_threads(adopted), 1);
}

TEST(biased_count, adds_up_what_its_owner_and_others_gave_back) {
  biased_count count;
  count.adopt();
  count.take();
  std::jthread([&count] { count.give_back(); }).join();  // which the owner took
  EXPECT_EQ(count.references(), 1);
}

}  // namespace
}  // namespace unitcost::gil
