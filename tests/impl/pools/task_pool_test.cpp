#include "impl/pools/task_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/futex.hpp"

namespace unitcost::pools {
namespace {

constexpr std::int64_t long_ns = 60'000'000'000;  // never waited for when all is well

using testing::ElementsAre;

/// One thread that is kept busy, so that what is queued stays queued.
class busy_pool : public testing::Test {
 protected:
  explicit busy_pool(queue_discipline discipline = queue_discipline::fifo, std::size_t capacity = 8)
      : pool({.threads = 1, .capacity = capacity, .discipline = discipline}) {
    running = pool.apply_async([this] {
      began.count_down();
      gate.wait();
    });
    began.wait();
  }
  ~busy_pool() override { gate.open(); }

  /// In which three tasks end that were given one after the other: each returns its number.
  std::vector<int> order_of_three_queued() {
    completion_queue<int> ends;
    for (int index = 0; index < 3; ++index) pool.apply_async([index] { return index; }, ends);
    gate.open();
    std::vector<int> order;
    while (order.size() < 3) order.push_back(ends.take().get());
    return order;
  }

  runtime::futex_gate gate;
  std::latch began{1};
  std::optional<task_handle<void>> running;
  task_pool pool;
};

TEST(task_pool, returns_what_its_tasks_return) {
  task_pool pool({.threads = 2});
  EXPECT_EQ(pool.apply([] { return 7; }), 7);
  auto const text = pool.apply_async([] { return std::string("eight"); });
  EXPECT_EQ(text.get(), "eight");
  EXPECT_EQ(text.get(), "eight") << "a second time";
  EXPECT_TRUE(text.ready());
}

TEST(task_pool, carries_the_error_of_a_task_to_its_owner) {
  task_pool pool({.threads = 1});
  auto const failing = pool.apply_async([]() -> int { throw std::out_of_range("seven"); });
  EXPECT_THROW(failing.get(), std::out_of_range);
  EXPECT_TRUE(failing.ready());
  EXPECT_THROW(pool.apply([] { throw std::runtime_error("void, too"); }), std::runtime_error);
  EXPECT_EQ(pool.apply([] { return 1; }), 1) << "the thread lives on";
}

TEST(task_pool, maps_in_the_order_of_the_items) {
  task_pool pool({.threads = 3, .capacity = 2});
  std::vector<int> items(100);
  for (int index = 0; index < 100; ++index) items[static_cast<std::size_t>(index)] = index;
  auto const squares = pool.map(items, [](int item) { return item * item; });
  ASSERT_EQ(squares.size(), 100u);
  for (int index = 0; index < 100; ++index) EXPECT_EQ(squares[static_cast<std::size_t>(index)], index * index);
}

TEST(task_pool, throws_what_the_first_item_that_failed_threw_when_all_have_ended) {
  task_pool pool({.threads = 2});
  std::atomic<int> ended{0};
  auto const body = [&ended](int item) {
    ++ended;
    if (item % 2 == 1) throw item;
    return item;
  };
  try {
    pool.map(std::vector{2, 3, 4, 5, 6}, body);
    FAIL() << "two of them threw";
  } catch (int item) {
    EXPECT_EQ(item, 3);
  }
  EXPECT_EQ(ended, 5);
}

TEST(task_pool, keeps_its_threads) {
  task_pool pool({.threads = 2});
  std::latch both{2};
  std::set<std::thread::id> seen;
  std::mutex mutex;
  auto const stay = [&] {
    both.arrive_and_wait();  // or one thread could run both
    std::lock_guard const hold(mutex);
    seen.insert(std::this_thread::get_id());
  };
  auto const one = pool.apply_async(stay), two = pool.apply_async(stay);
  one.wait();
  two.wait();
  for (int count = 0; count < 100; ++count)
    EXPECT_TRUE(seen.contains(pool.apply([] { return std::this_thread::get_id(); })));
  EXPECT_EQ(seen.size(), 2u);
}

TEST_F(busy_pool, ends_a_wait_and_not_the_task_when_the_time_is_up) {
  EXPECT_FALSE(running->ready());
  EXPECT_FALSE(running->wait_for(1000));
  gate.open();
  EXPECT_TRUE(running->wait_for(long_ns));
}

TEST_F(busy_pool, refuses_tasks_after_close_and_runs_those_it_has) {
  auto const queued = pool.apply_async([] { return 5; });
  pool.close();
  EXPECT_THROW(pool.apply_async([] { return 6; }), pool_not_running);
  EXPECT_THROW(pool.try_apply_async([] { return 6; }), pool_not_running);
  EXPECT_THROW(pool.apply([] { return 6; }), pool_not_running);
  gate.open();
  pool.join();
  EXPECT_EQ(queued.get(), 5);
}

TEST_F(busy_pool, is_not_joined_as_long_as_it_takes_tasks) {
  EXPECT_THROW(pool.join(), pool_still_running);
  EXPECT_FALSE(pool.apply_async([] { return 6; }).ready()) << "and works on";
}

TEST_F(busy_pool, drops_what_has_not_begun_when_it_is_terminated) {
  auto const queued = pool.apply_async([] { return 5; });
  pool.terminate();
  EXPECT_THROW(queued.get(), task_dropped);
  EXPECT_FALSE(running->ready()) << "what runs is not cut off";
  EXPECT_THROW(pool.apply_async([] {}), pool_not_running);
  gate.open();
  pool.join();
  EXPECT_NO_THROW(running->get());
}

TEST_F(busy_pool, lets_go_of_what_a_task_held_before_its_owner_hears_of_the_end) {
  auto const held = std::make_shared<int>(1);
  auto const queued = pool.apply_async([held] { return *held; });
  EXPECT_EQ(held.use_count(), 2);
  gate.open();
  queued.wait();
  EXPECT_EQ(held.use_count(), 1);
}

class small_busy_pool : public busy_pool {
 protected:
  small_busy_pool() : busy_pool(queue_discipline::fifo, 2) {}
};

TEST_F(small_busy_pool, says_when_there_is_no_room_and_loses_nothing) {
  auto const first = pool.try_apply_async([] { return 1; }), second = pool.try_apply_async([] { return 2; });
  EXPECT_FALSE(pool.try_apply_async([] { return 3; }).has_value());
  EXPECT_FALSE(pool.apply_async_within(1000, [] { return 3; }).has_value());
  gate.open();
  EXPECT_EQ(first->get() + second->get(), 3);
  EXPECT_EQ(pool.apply_async_within(long_ns, [] { return 4; })->get(), 4);
}

TEST_F(small_busy_pool, makes_who_has_one_task_too_many_wait_for_room) {
  pool.apply_async([] {});
  pool.apply_async([] {});
  std::atomic<bool> given{false};
  std::jthread const waiting([&] {
    pool.apply_async([] {});
    given = true;
  });
  EXPECT_FALSE(running->wait_for(5'000'000));
  EXPECT_FALSE(given);
  gate.open();
}

TEST_F(small_busy_pool, refuses_who_waits_for_room_when_it_is_closed) {
  pool.apply_async([] {});
  pool.apply_async([] {});
  std::latch about_to_wait{1};
  std::jthread const waiting([&] {
    about_to_wait.count_down();
    EXPECT_THROW(pool.apply_async([] {}), pool_not_running);
  });
  about_to_wait.wait();
  pool.close();
}

class busy_stack : public busy_pool {
 protected:
  busy_stack() : busy_pool(queue_discipline::lifo) {}
};

TEST_F(busy_pool, takes_the_oldest_first) { EXPECT_THAT(order_of_three_queued(), ElementsAre(0, 1, 2)); }

TEST_F(busy_stack, takes_the_newest_first) { EXPECT_THAT(order_of_three_queued(), ElementsAre(2, 1, 0)); }

TEST_F(busy_pool, reports_dropped_and_failed_tasks_as_ended_too) {
  completion_queue<int> ends;
  pool.apply_async([] { return 1; }, ends);
  EXPECT_FALSE(ends.take_for(1000).has_value());
  pool.terminate();
  EXPECT_THROW(ends.take_for(long_ns).value().get(), task_dropped);
}

TEST(a_pool_without_room_for_its_threads, ends_those_it_has_and_says_why) {
  EXPECT_THROW(thread_crew({.threads = 2, .cpus = {runtime::allowed_cpus().front(), CPU_SETSIZE - 1}}),
               std::system_error);
}

TEST(a_pool_without_threads, is_refused) { EXPECT_THROW(thread_crew({.threads = 0}), std::invalid_argument); }

TEST(task_pool, may_be_joined_by_several) {
  task_pool pool({.threads = 3});
  pool.close();
  std::vector<std::jthread> joining;
  for (int count = 0; count < 4; ++count) joining.emplace_back([&pool] { pool.join(); });
}

TEST(task_pool, that_is_terminated_during_a_map_waits_for_what_runs_before_it_says_so) {
  task_pool pool({.threads = 1, .capacity = 1});
  std::latch began{1};
  runtime::futex_gate gate;
  std::atomic<int> ended{0};
  std::jthread const terminating([&] {
    began.wait();
    pool.terminate();
    gate.open();
  });
  auto const body = [&](int item) {
    if (item == 0) began.count_down();
    gate.wait();
    ++ended;
    return item;
  };
  EXPECT_ANY_THROW(pool.map(std::vector{0, 1, 2, 3}, body));
  EXPECT_EQ(ended, 1) << "and no other began";
}

}  // namespace
}  // namespace unitcost::pools
