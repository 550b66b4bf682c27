#include "impl/stackful/ready_deque.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "impl/stackful/fiber.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::fibers {
namespace {

/// The deque never looks into a fiber, so tests hand it the addresses of elements of an array.
class items {
 public:
  explicit items(std::size_t count) : marks_(count) {}
  fiber& at(std::size_t index) { return reinterpret_cast<fiber&>(marks_[index]); }
  std::size_t index_of(fiber const* item) const {
    return static_cast<std::size_t>(reinterpret_cast<mark const*>(item) - marks_.data());
  }

 private:
  struct alignas(fiber) mark {
    std::byte unused[sizeof(fiber)];
  };
  std::vector<mark> marks_;
};

TEST(ready_deque, gives_its_owner_the_newest_and_a_thief_the_oldest) {
  items all(3);
  ready_deque deque;
  for (std::size_t i = 0; i < 3; ++i) deque.push(all.at(i));
  EXPECT_EQ(deque.pop(), &all.at(2));
  EXPECT_EQ(deque.steal(), &all.at(0));
  EXPECT_EQ(deque.pop(), &all.at(1));
}

TEST(ready_deque, is_empty_before_the_first_and_after_the_last) {
  items all(1);
  ready_deque deque;
  EXPECT_TRUE(deque.empty());
  EXPECT_EQ(deque.pop(), nullptr);
  EXPECT_EQ(deque.steal(), nullptr);
  deque.push(all.at(0));
  EXPECT_FALSE(deque.empty());
  EXPECT_EQ(deque.pop(), &all.at(0));
  EXPECT_TRUE(deque.empty());
}

TEST(ready_deque, keeps_all_items_when_it_grows_while_it_is_wrapped_around) {
  items all(5000);
  ready_deque deque;
  for (std::size_t i = 0; i < 700; ++i) deque.push(all.at(i));
  for (std::size_t i = 0; i < 600; ++i) EXPECT_EQ(deque.steal(), &all.at(i));
  for (std::size_t i = 700; i < 5000; ++i) deque.push(all.at(i));
  for (std::size_t i = 600; i < 5000; ++i) EXPECT_EQ(deque.steal(), &all.at(i));
  EXPECT_TRUE(deque.empty());
}

TEST(ready_deque, gives_each_item_to_exactly_one_taker) {
  std::size_t const count = test_units(200'000);
  items all(count);
  std::vector<std::atomic<int>> taken(count);
  ready_deque deque;
  std::atomic<bool> done{false};
  auto const take = [&](fiber* item) {
    if (item != nullptr) taken[all.index_of(item)].fetch_add(1);
  };
  {
    std::vector<std::jthread> thieves;
    for (int i = 0; i < 2; ++i)
      thieves.emplace_back([&] {
        while (!done.load()) take(deque.steal());
      });
    for (std::size_t i = 0; i < count; ++i) {
      deque.push(all.at(i));
      if (i % 3 != 0) take(deque.pop());
    }
    while (!deque.empty()) take(deque.pop());
    done.store(true);
  }
  for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(taken[i].load(), 1) << "item " << i;
}

}  // namespace
}  // namespace unitcost::fibers
