#include "impl/pools/process_task_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <latch>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/futex.hpp"
#include "impl/runtime/shared_region.hpp"
#include "tests/open_descriptors.hpp"

namespace unitcost::pools {
namespace {

constexpr std::int64_t patience_ns = 60'000'000'000;  // never waited for when all is well

using testing::HasSubstr;

bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD; }

/// Of a handle that outlives the look at its error: the pool may let go of it at any time.
std::string text_of_error(task_handle<int> const& failed) {
  try {
    failed.get();
  } catch (task_failed const& error) {
    return error.what();
  }
  return "no error";
}

/// One worker that is kept busy, so that what is queued stays queued. Gates are shared memory, older than the pool.
class busy_process_pool : public testing::Test {
 protected:
  explicit busy_process_pool(std::size_t capacity = 8) : pool({.workers = 1, .capacity = capacity}) {
    running = pool.apply_async([began = &*began, gate = &*gate] {
      began->open();
      gate->wait();
      return ::getpid();
    });
    began->wait();
  }
  ~busy_process_pool() override { gate->open(); }

  runtime::shared_object<runtime::futex_gate> began, gate;
  std::optional<task_handle<int>> running;
  process_task_pool pool;
};

TEST(process_task_pool, returns_what_its_tasks_return) {
  process_task_pool pool({.workers = 2});
  EXPECT_EQ(pool.apply([] { return 7; }), 7);
  auto const eight = pool.apply_async([half = 4] { return half * 2.0; });
  EXPECT_EQ(eight.get(), 8.0);
  EXPECT_EQ(eight.get(), 8.0) << "a second time";
  pool.apply([] {});
  EXPECT_NE(pool.apply([] { return ::getpid(); }), ::getpid());
}

TEST(process_task_pool, carries_a_body_and_a_result_as_large_as_it_says) {
  using bytes = std::array<char, task_slot::outcome_bytes>;
  static_assert(task_slot::outcome_bytes == task_slot::body_bytes);
  bytes text{};
  text.back() = 'x';
  process_task_pool pool({.workers = 1});
  EXPECT_EQ(pool.apply([text] { return text; }), text);
}

TEST(process_task_pool, carries_the_text_of_an_error_and_cuts_what_is_too_long) {
  process_task_pool pool({.workers = 1});
  auto const failing = pool.apply_async([]() -> int { throw std::out_of_range("seven"); });
  EXPECT_EQ(text_of_error(failing), "seven");
  auto const long_winded = pool.apply_async([]() -> int { throw std::runtime_error(std::string(1000, 'x')); });
  EXPECT_EQ(text_of_error(long_winded), std::string(task_slot::outcome_bytes - 1, 'x'));
  EXPECT_THROW(pool.apply([] { throw 7; }), task_failed) << "what is no std::exception";
  EXPECT_EQ(pool.apply([] { return 1; }), 1) << "the worker lives on";
}

TEST(process_task_pool, maps_in_the_order_of_the_items) {
  process_task_pool pool({.workers = 3, .capacity = 2});
  std::vector<int> items(500), squares(500);
  for (std::size_t index = 0; index < items.size(); ++index) {
    items[index] = static_cast<int>(index);
    squares[index] = items[index] * items[index];
  }
  EXPECT_EQ(pool.map(items, [](int item) { return item * item; }), squares);
}

TEST(process_task_pool, runs_each_task_once_whoever_gives_it) {
  constexpr std::size_t givers = 4, tasks = 2000;
  runtime::shared_array<std::atomic<int>> runs(givers * tasks);
  process_task_pool pool({.workers = 3, .capacity = 16});
  {
    std::vector<std::jthread> giving;
    for (std::size_t giver = 0; giver < givers; ++giver)
      giving.emplace_back([&, giver] {
        for (std::size_t index = 0; index < tasks; ++index)
          pool.apply_async([count = &runs[giver * tasks + index]] { ++*count; });
      });
  }
  pool.close();
  pool.join();
  for (auto const& count : runs) ASSERT_EQ(count, 1);
}

TEST(process_task_pool, tells_of_tasks_in_the_order_of_their_ends) {
  process_task_pool pool({.workers = 1});
  completion_queue<int> ends;
  for (int index = 0; index < 50; ++index) pool.apply_async([index] { return index; }, ends);
  for (int index = 0; index < 50; ++index) EXPECT_EQ(ends.take_for(patience_ns).value().get(), index);
}

TEST_F(busy_process_pool, ends_a_wait_and_not_the_task_when_the_time_is_up) {
  EXPECT_FALSE(running->ready());
  EXPECT_FALSE(running->wait_for(1000));
  gate->open();
  EXPECT_TRUE(running->wait_for(patience_ns));
}

TEST_F(busy_process_pool, refuses_tasks_after_close_and_runs_those_it_has) {
  auto const queued = pool.apply_async([] { return 5; });
  EXPECT_THROW(pool.join(), pool_still_running);
  pool.close();
  EXPECT_THROW(pool.apply_async([] { return 6; }), pool_not_running);
  EXPECT_THROW(pool.try_apply_async([] { return 6; }), pool_not_running);
  EXPECT_THROW(pool.map(std::vector<int>{}, [](int item) { return item; }), pool_not_running);
  gate->open();
  pool.join();
  EXPECT_EQ(queued.get(), 5);
  EXPECT_FALSE(has_children());
}

TEST_F(busy_process_pool, ends_a_task_that_hangs_when_it_is_terminated_and_drops_what_is_queued) {
  completion_queue<int> ends;
  auto const queued = pool.apply_async([] { return 5; }, ends);
  pool.terminate();
  EXPECT_THROW(queued.get(), task_dropped);
  EXPECT_THROW(ends.take_for(patience_ns).value().get(), task_dropped);
  try {
    running->get();
    ADD_FAILURE() << "nothing was thrown";
  } catch (unit_crashed const& error) {
    EXPECT_EQ(error.signal, SIGKILL);
    EXPECT_THAT(error.what(), HasSubstr("when its pool was terminated"));
  }
  EXPECT_THROW(pool.apply_async([] {}), pool_not_running);
  pool.join();
  pool.join();
  EXPECT_FALSE(has_children());
}

class small_busy_process_pool : public busy_process_pool {
 protected:
  small_busy_process_pool() : busy_process_pool(2) {}
};

TEST_F(small_busy_process_pool, says_when_there_is_no_room_and_loses_nothing) {
  auto const first = pool.try_apply_async([] { return 1; }), second = pool.try_apply_async([] { return 2; });
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(pool.try_apply_async([] { return 3; }).has_value());
  EXPECT_FALSE(pool.apply_async_within(1000, [] { return 3; }).has_value());
  gate->open();
  EXPECT_EQ(first->get() + second->get(), 3);
  EXPECT_EQ(pool.apply_async_within(patience_ns, [] { return 4; })->get(), 4);
}

TEST_F(small_busy_process_pool, makes_who_has_one_task_too_many_wait_for_room) {
  pool.apply_async([] {});
  pool.apply_async([] {});
  std::atomic<bool> given{false};
  std::jthread const waiting([&] {
    pool.apply_async([] {});
    given = true;
  });
  EXPECT_FALSE(running->wait_for(5'000'000));
  EXPECT_FALSE(given);
  gate->open();
}

TEST_F(small_busy_process_pool, refuses_who_waits_for_room_when_it_is_closed) {
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

TEST(a_pool_of_processes, is_refused_without_workers_and_on_a_cpu_that_is_not_ours) {
  auto const open_before = test::open_descriptors();
  EXPECT_THROW(process_crew({.workers = 0}), std::invalid_argument);
  EXPECT_THROW(process_crew({.workers = slot_queue::client}), std::invalid_argument);
  EXPECT_THROW(process_crew({.workers = 2, .cpus = {runtime::allowed_cpus().front(), CPU_SETSIZE - 1}}),
               std::system_error);
  EXPECT_FALSE(has_children());
  EXPECT_EQ(test::open_descriptors(), open_before);
}

TEST(a_pool_of_processes, leaves_neither_process_nor_descriptor_behind) {
  auto const open_before = test::open_descriptors();
  {
    process_task_pool pool({.workers = 3});
    EXPECT_TRUE(has_children());
    pool.apply_async([] { ::pause(); });
  }
  EXPECT_FALSE(has_children());
  EXPECT_EQ(test::open_descriptors(), open_before);
}

TEST(a_pool_of_processes, replaces_a_worker_after_so_many_tasks_and_loses_none) {
  constexpr std::uint64_t most = 7;
  process_task_pool pool({.workers = 2, .capacity = 4, .tasks_per_worker = most});
  std::vector<int> items(200);
  std::map<int, std::uint64_t> tasks_of;
  for (int const pid : pool.map(items, [](int) { return ::getpid(); })) ++tasks_of[pid];
  std::uint64_t tasks = 0;
  for (auto const& [pid, count] : tasks_of) {
    EXPECT_LE(count, most);
    tasks += count;
  }
  EXPECT_EQ(tasks, items.size());
  EXPECT_GE(tasks_of.size(), items.size() / most);
}

}  // namespace
}  // namespace unitcost::pools
