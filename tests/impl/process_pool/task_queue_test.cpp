#include "impl/process_pool/task_queue.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "impl/process/unit_crashed.hpp"
#include "impl/process_pool/pool_context.hpp"
#include "impl/process_pool/robust_mutex.hpp"
#include "impl/runtime/shared_region.hpp"

namespace unitcost::processes {
namespace {

class task_queue_of_numbers : public testing::Test {
 protected:
  bool push(int number) {
    return queue->push(pool_task::of<int>([number](pool_context&) { return number; }, *state.slots.allocate()));
  }
  int run(std::optional<pool_task> task) {
    pool_context worker(state);
    task->run(worker);
    int number = 0;
    task->slot().copy_to(&number, sizeof number);
    return number;
  }

  pool_state state;
  runtime::shared_object<task_queue> const& queue = state.queue;
};

TEST_F(task_queue_of_numbers, gives_workers_the_oldest_and_joiners_the_newest) {
  for (int number : {1, 2, 3, 4}) push(number);
  EXPECT_EQ(run(queue->take_oldest()), 1);
  EXPECT_EQ(run(queue->take_newest()), 4);
  EXPECT_EQ(run(queue->take_oldest()), 2);
  EXPECT_EQ(run(queue->take_newest()), 3);
  EXPECT_FALSE(queue->take_oldest());
  EXPECT_FALSE(queue->take_newest());
}

TEST_F(task_queue_of_numbers, refuses_more_than_its_capacity_and_goes_round) {
  for (std::size_t turn = 0; turn < 2; ++turn) {
    for (std::size_t number = 0; number < task_queue::capacity; ++number) EXPECT_TRUE(push(static_cast<int>(number)));
    EXPECT_FALSE(push(-1));
    EXPECT_EQ(run(queue->take_newest()), static_cast<int>(task_queue::capacity) - 1);
    for (std::size_t number = 0; number + 1 < task_queue::capacity; ++number)
      ASSERT_EQ(run(queue->take_oldest()), static_cast<int>(number));
    push(0);
    queue->take_oldest();
  }
}

TEST_F(task_queue_of_numbers, does_not_let_a_worker_sleep_while_there_is_a_reason_to_wake) {
  queue->sleep_unless([] { return true; });
  push(1);
  queue->sleep_unless([] { return false; });
  queue->take_oldest();
  queue->stop();
  queue->sleep_unless([] { return false; });
  EXPECT_TRUE(queue->is_stopped());
}

TEST_F(task_queue_of_numbers, wakes_a_sleeper_in_another_process) {
  pid_t const child = ::fork();
  if (child == 0) {
    while (queue->is_empty()) queue->sleep_unless([] { return false; });
    ::_exit(run(queue->take_oldest()));
  }
  push(5);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 5);
}

TEST(robust_mutex, throws_for_everyone_once_its_owner_died) {
  runtime::shared_object<robust_mutex> mutex;
  pid_t const child = ::fork();
  if (child == 0) {
    mutex->lock();
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_THROW(mutex->lock(), unit_crashed);
  EXPECT_THROW(mutex->lock(), unit_crashed);
}

}  // namespace
}  // namespace unitcost::processes
