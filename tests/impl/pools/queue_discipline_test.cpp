// What all disciplines of a pool's queue promise, and in which order each gives tasks out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "impl/pools/task_pool.hpp"
#include "impl/runtime/futex.hpp"

namespace unitcost::pools {
namespace {

using testing::ElementsAre;

std::string name_of(queue_discipline discipline) {
  return discipline == queue_discipline::fifo ? "fifo" : discipline == queue_discipline::lifo ? "lifo" : "deque";
}

class every_discipline : public testing::TestWithParam<queue_discipline> {
 protected:
  crew_options options(unsigned threads, std::size_t capacity = 1024) const {
    return {.threads = threads, .capacity = capacity, .discipline = GetParam()};
  }
};
INSTANTIATE_TEST_SUITE_P(pools, every_discipline,
                         testing::Values(queue_discipline::fifo, queue_discipline::lifo, queue_discipline::deque),
                         [](auto const& each) { return name_of(each.param); });

/// Each task gives two more, `depth` generations deep, and counts itself in `runs`, a binary heap.
void grow_tree(task_pool& pool, std::vector<std::atomic<int>>& runs, std::size_t at) {
  ++runs[at];
  for (std::size_t child : {2 * at + 1, 2 * at + 2})
    if (child < runs.size()) pool.apply_async([&pool, &runs, child] { grow_tree(pool, runs, child); });
}

void wait_until_all_ran(std::vector<std::atomic<int>> const& runs) {
  while (std::ranges::any_of(runs, [](auto const& count) { return count == 0; })) std::this_thread::yield();
}

TEST_P(every_discipline, runs_each_task_once_also_those_that_tasks_give) {
  task_pool pool(options(3, 4096));
  std::vector<std::atomic<int>> runs(2047);
  pool.apply_async([&] { grow_tree(pool, runs, 0); });
  wait_until_all_ran(runs);
  pool.close();
  pool.join();
  for (auto const& count : runs) ASSERT_EQ(count, 1);
}

TEST_P(every_discipline, runs_each_task_once_from_several_outside_while_there_is_little_room) {
  constexpr int givers = 3, tasks = 2000;
  std::vector<std::atomic<int>> runs(givers * tasks);
  task_pool pool(options(2, 3));
  {
    std::vector<std::jthread> giving;
    for (int giver = 0; giver < givers; ++giver)
      giving.emplace_back([&, giver] {
        for (int index = 0; index < tasks; ++index)
          pool.apply_async([&runs, at = static_cast<std::size_t>(giver * tasks + index)] { ++runs[at]; });
      });
  }
  pool.close();
  pool.join();
  for (auto const& count : runs) ASSERT_EQ(count, 1);
}

TEST_P(every_discipline, wakes_idle_threads_for_what_a_task_gives_and_does_not_run_itself) {
  task_pool pool(options(3));
  pool.apply([&pool] {
    std::latch all{3};
    // None of the three can end before the others run: by other threads, or never.
    auto const one = pool.apply_async([&all] { all.arrive_and_wait(); });
    auto const two = pool.apply_async([&all] { all.arrive_and_wait(); });
    all.arrive_and_wait();
    one.wait();
    two.wait();
  });
}

/// One thread, in a task that has given two others to its own pool, and an outsider who has given one.
class a_pool_with_tasks_that_wait : public every_discipline {
 protected:
  a_pool_with_tasks_that_wait() : pool(options(1, 1)) {
    giving = pool.apply_async([this] {
      if (GetParam() == queue_discipline::deque)  // the others have no room for them
        for (int count = 0; count < 2; ++count) given_by_task.push_back(pool.apply_async([] { return 1; }));
      given.count_down();
      gate.wait();
    });
    given.wait();
    given_by_outsider = pool.apply_async([] { return 1; });
  }
  ~a_pool_with_tasks_that_wait() override { gate.open(); }

  runtime::futex_gate gate;
  std::latch given{1};
  std::optional<task_handle<void>> giving;
  std::vector<task_handle<int>> given_by_task;
  std::optional<task_handle<int>> given_by_outsider;
  task_pool pool;
};
INSTANTIATE_TEST_SUITE_P(pools, a_pool_with_tasks_that_wait,
                         testing::Values(queue_discipline::fifo, queue_discipline::lifo, queue_discipline::deque),
                         [](auto const& each) { return name_of(each.param); });

TEST_P(a_pool_with_tasks_that_wait, runs_them_all_when_it_is_closed) {
  pool.close();
  EXPECT_THROW(pool.apply_async([] {}), pool_not_running);
  gate.open();
  pool.join();
  EXPECT_EQ(given_by_outsider->get(), 1);
  for (auto const& each : given_by_task) EXPECT_EQ(each.get(), 1);
}

TEST_P(a_pool_with_tasks_that_wait, drops_them_all_at_once_when_it_is_terminated) {
  pool.terminate();
  EXPECT_FALSE(giving->ready());
  EXPECT_THROW(given_by_outsider->get(), task_dropped);
  for (auto const& each : given_by_task) EXPECT_THROW(each.get(), task_dropped);
}

TEST_P(a_pool_with_tasks_that_wait, has_no_room_for_an_outsider) {
  EXPECT_FALSE(pool.try_apply_async([] {}).has_value());
  gate.open();
  given_by_outsider->wait();
  EXPECT_TRUE(pool.apply_async_within(60'000'000'000, [] {}).has_value());
}

/// In which order one thread runs five tasks, which `give` gives it while it is in another.
template <class Give>
std::vector<int> order_of_five(queue_discipline discipline, Give give) {
  task_pool pool({.threads = 1, .discipline = discipline});
  std::vector<int> order;
  give(pool, order);
  pool.close();
  pool.join();
  return order;
}

void give_five(task_pool& pool, std::vector<int>& order) {
  for (int index = 0; index < 5; ++index) pool.apply_async([&order, index] { order.push_back(index); });
}

void give_five_from_outside(task_pool& pool, std::vector<int>& order) {
  std::latch began{1};
  runtime::futex_gate gate;
  auto const busy = pool.apply_async([&] {
    began.count_down();
    gate.wait();
  });
  began.wait();
  give_five(pool, order);
  gate.open();
  busy.wait();
}

void give_five_from_a_task(task_pool& pool, std::vector<int>& order) {
  pool.apply([&] { give_five(pool, order); });
}

TEST(a_fifo, gives_out_the_oldest_first) {
  EXPECT_THAT(order_of_five(queue_discipline::fifo, give_five_from_outside), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(order_of_five(queue_discipline::fifo, give_five_from_a_task), ElementsAre(0, 1, 2, 3, 4));
}

TEST(a_lifo, gives_out_the_newest_first) {
  EXPECT_THAT(order_of_five(queue_discipline::lifo, give_five_from_outside), ElementsAre(4, 3, 2, 1, 0));
  EXPECT_THAT(order_of_five(queue_discipline::lifo, give_five_from_a_task), ElementsAre(4, 3, 2, 1, 0));
}

TEST(a_deque, gives_out_an_outsiders_oldest_and_a_tasks_newest_first) {
  EXPECT_THAT(order_of_five(queue_discipline::deque, give_five_from_outside), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(order_of_five(queue_discipline::deque, give_five_from_a_task), ElementsAre(4, 3, 2, 1, 0));
}

}  // namespace
}  // namespace unitcost::pools
