#include "impl/runtime/work_stealing_deque.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit_budget.hpp"

namespace unitcost::runtime {
namespace {

/// Counts how often each item was taken: the oracle of every history of a deque.
class taking_oracle {
 public:
  explicit taking_oracle(std::size_t items) : times_(items) {}
  void take(std::size_t item) { times_[item].fetch_add(1, std::memory_order_relaxed); }
  /// Empty when each item was taken exactly once.
  std::string fault() const {
    for (std::size_t item = 0; item < times_.size(); ++item)
      if (auto const times = times_[item].load(); times != 1)
        return "item " + std::to_string(item) + " was taken " + std::to_string(times) + " times";
    return "";
  }

 private:
  std::vector<std::atomic<unsigned>> times_;
};

struct random_delay {
  std::uint32_t state;
  /// Mostly nothing, sometimes a few instructions, rarely the processor is given away.
  void operator()() {
    state = state * 1664525u + 1013904223u;  // Numerical Recipes' linear congruence
    std::uint32_t const choice = state >> 22;
    if (choice == 0) std::this_thread::yield();
    for (std::uint32_t step = 0; step < (choice & 15); ++step) std::atomic_signal_fence(std::memory_order_seq_cst);
  }
};

// Deques with a planted fault, for the oracle to find.
struct drops_an_item : work_stealing_deque<int> {
  using work_stealing_deque::work_stealing_deque;
  void push(int* item) {
    if (*item != 7) work_stealing_deque::push(item);
  }
};
struct gives_an_item_twice : work_stealing_deque<int> {
  using work_stealing_deque::work_stealing_deque;
  void push(int* item) {
    work_stealing_deque::push(item);
    if (*item == 7) work_stealing_deque::push(item);
  }
};

/// One owner that pushes all items and pops some in between, `thieves` that steal until all is over.
template <class Deque>
std::string fault_of_random_history(std::size_t count, unsigned thieves, std::uint32_t seed) {
  std::vector<int> items(count);
  for (std::size_t index = 0; index < count; ++index) items[index] = static_cast<int>(index);
  taking_oracle oracle(count);
  Deque deque(2);  // grows several times while thieves read
  std::atomic<bool> over{false};
  auto const take = [&](int* item) {
    if (item != nullptr) oracle.take(static_cast<std::size_t>(*item));
    return item != nullptr;
  };
  std::vector<std::thread> stealing;
  for (unsigned number = 1; number <= thieves; ++number)
    stealing.emplace_back([&, number] {
      random_delay delay{seed + number};
      while (!over.load(std::memory_order_acquire)) {
        take(deque.steal());
        delay();
      }
    });
  random_delay delay{seed};
  for (auto& item : items) {
    deque.push(&item);
    delay();
    if ((delay.state >> 16) % 3 != 0) take(deque.pop());
  }
  while (take(deque.pop())) delay();
  over.store(true, std::memory_order_release);
  for (auto& each : stealing) each.join();
  return oracle.fault();
}

/// What a thief gets when the owner looks to it that there is something to steal.
int* stolen_from(work_stealing_deque<int>& deque) {
  deque.share_if_none_is();
  return deque.steal();
}

TEST(deque, gives_the_youngest_to_its_owner_and_the_oldest_to_a_thief) {
  work_stealing_deque<int> deque;
  int items[3] = {};
  for (int& item : items) deque.push(&item);
  EXPECT_EQ(deque.pop(), &items[2]);
  EXPECT_EQ(deque.steal(), &items[0]);
  EXPECT_EQ(deque.pop(), &items[1]);
  EXPECT_TRUE(deque.looks_empty());
  EXPECT_EQ(deque.pop(), nullptr);
  EXPECT_EQ(deque.steal(), nullptr);
}

TEST(deque, shares_what_is_pushed_only_when_thieves_have_nothing_left) {
  work_stealing_deque<int> deque;
  int items[4] = {};
  EXPECT_TRUE(deque.push(&items[0])) << "nothing was shared";
  EXPECT_FALSE(deque.push(&items[1])) << "the first still is";
  EXPECT_FALSE(deque.push(&items[2]));
  EXPECT_EQ(deque.steal(), &items[0]);
  EXPECT_TRUE(deque.looks_empty());
  EXPECT_EQ(deque.steal(), nullptr) << "the others are private";
  EXPECT_TRUE(deque.push(&items[3])) << "all are shared at once";
  EXPECT_EQ(deque.steal(), &items[1]);
  EXPECT_EQ(deque.steal(), &items[2]);
  EXPECT_EQ(deque.pop(), &items[3]) << "a shared item is still its owner's to take";
}

TEST(deque, shares_nothing_of_what_is_pushed_privately_until_its_owner_asks) {
  work_stealing_deque<int> deque(2);
  int items[3] = {};
  for (int& item : items) deque.push_private(&item);
  EXPECT_TRUE(deque.looks_empty());
  EXPECT_EQ(deque.steal(), nullptr);
  EXPECT_EQ(deque.pop(), &items[2]);
  EXPECT_TRUE(deque.share_if_none_is());
  EXPECT_EQ(deque.steal(), &items[0]);
  EXPECT_EQ(deque.pop(), &items[1]);
  EXPECT_EQ(deque.pop(), nullptr);
}

TEST(deque, shares_without_a_push_when_its_owner_asks) {
  work_stealing_deque<int> deque;
  int items[3] = {};
  EXPECT_FALSE(deque.share_if_none_is()) << "there is nothing";
  for (int& item : items) deque.push(&item);
  EXPECT_FALSE(deque.share_if_none_is()) << "one is shared";
  EXPECT_EQ(deque.steal(), &items[0]);
  EXPECT_TRUE(deque.share_if_none_is());
  EXPECT_FALSE(deque.looks_empty());
}

TEST(deque, gives_back_what_was_pushed_last_unless_it_was_stolen) {
  work_stealing_deque<int> deque;
  int items[2] = {};
  for (int& item : items) deque.push(&item);
  EXPECT_TRUE(deque.take_back()) << "private";
  EXPECT_TRUE(deque.take_back()) << "shared";
  EXPECT_EQ(deque.pop(), nullptr);
  deque.push(&items[0]);
  EXPECT_EQ(deque.steal(), &items[0]);
  EXPECT_FALSE(deque.take_back());
}

TEST(deque, is_empty_before_the_first_and_after_the_last) {
  work_stealing_deque<int> deque;
  int item = 0;
  EXPECT_TRUE(deque.looks_empty());
  EXPECT_EQ(deque.pop(), nullptr);
  EXPECT_EQ(deque.steal(), nullptr);
  deque.push(&item);
  EXPECT_FALSE(deque.looks_empty());
  EXPECT_EQ(deque.pop(), &item);
  EXPECT_TRUE(deque.looks_empty());
}

TEST(deque, keeps_order_when_it_grows_around_the_end_of_its_array) {
  work_stealing_deque<int> deque(4);
  int items[64] = {};
  for (int index = 0; index < 3; ++index) deque.push(&items[index]);
  EXPECT_EQ(stolen_from(deque), &items[0]);
  EXPECT_EQ(stolen_from(deque), &items[1]);
  for (int index = 3; index < 64; ++index) deque.push(&items[index]);
  for (int index = 2; index < 64; ++index) EXPECT_EQ(stolen_from(deque), &items[index]);
  EXPECT_TRUE(deque.looks_empty());
  EXPECT_EQ(deque.pop(), nullptr);
}

TEST(deque, keeps_all_items_when_it_outgrows_its_usual_capacity_several_times) {
  work_stealing_deque<int> deque;
  std::vector<int> items(5000);
  for (std::size_t index = 0; index < 700; ++index) deque.push(&items[index]);
  for (std::size_t index = 0; index < 600; ++index) EXPECT_EQ(stolen_from(deque), &items[index]);
  for (std::size_t index = 700; index < 5000; ++index) deque.push(&items[index]);
  for (std::size_t index = 600; index < 5000; ++index) EXPECT_EQ(stolen_from(deque), &items[index]);
  EXPECT_TRUE(deque.looks_empty());
}

TEST(deque, needs_no_memory_for_the_push_that_it_has_reserved) {
  if (sanitizer_divisor != 1) GTEST_SKIP() << "a sanitizer's allocator does not count for mallinfo2";
  constexpr std::size_t capacity = 512;  // its double is too large for malloc's caches, which count as memory in use
  work_stealing_deque<int> deque(capacity);
  std::vector<int> items(capacity + 1);
  for (std::size_t index = 0; index < capacity; ++index) deque.push(&items[index]);
  std::size_t const full = ::mallinfo2().uordblks;
  deque.reserve_one();
  std::size_t const reserved = ::mallinfo2().uordblks;
  EXPECT_GT(reserved, full);
  deque.reserve_one();
  deque.push(&items[capacity]);
  EXPECT_EQ(::mallinfo2().uordblks, reserved);
  for (int& item : items) EXPECT_EQ(stolen_from(deque), &item);
}

TEST(deque, gives_each_item_to_exactly_one_taker) {
  for (std::uint32_t seed = 1; seed <= 4; ++seed)
    EXPECT_EQ(fault_of_random_history<work_stealing_deque<int>>(test_units(400'000), 1 + seed % 3, seed), "")
        << "seed " << seed;
}

TEST(deque, gives_a_lone_item_either_to_its_owner_or_to_a_thief) {
  auto const rounds = test_units(400'000);
  work_stealing_deque<int> deque;
  int item = 0;
  std::atomic<std::uint64_t> stolen{0};
  std::atomic<bool> over{false};
  std::thread other([&] {
    while (!over.load(std::memory_order_acquire)) stolen += deque.steal() != nullptr;
  });
  std::uint64_t popped = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    deque.push(&item);
    popped += deque.pop() != nullptr;
  }
  over.store(true, std::memory_order_release);
  other.join();
  EXPECT_EQ(popped + stolen, rounds);
}

TEST(deque_oracle, finds_a_deque_that_drops_an_item) {
  EXPECT_EQ(fault_of_random_history<drops_an_item>(100, 1, 1), "item 7 was taken 0 times");
}

TEST(deque_oracle, finds_a_deque_that_gives_an_item_twice) {
  EXPECT_EQ(fault_of_random_history<gives_an_item_twice>(100, 1, 1), "item 7 was taken 2 times");
}

}  // namespace
}  // namespace unitcost::runtime
