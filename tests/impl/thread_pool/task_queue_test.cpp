#include "impl/thread_pool/task_queue.hpp"

#include <gtest/gtest.h>

namespace unitcost::models {
namespace {

TEST(task_queue, gives_an_idle_worker_the_oldest_of_the_shallowest) {
  task_queue<char> queue;
  queue.push(2, 'a');
  queue.push(1, 'b');
  queue.push(1, 'c');
  EXPECT_EQ(queue.take_shallowest(), 'b');
  EXPECT_EQ(queue.take_shallowest(), 'c');
  EXPECT_EQ(queue.take_shallowest(), 'a');
  EXPECT_EQ(queue.take_shallowest(), std::nullopt);
}

TEST(task_queue, gives_a_joining_task_the_newest_of_the_deepest) {
  task_queue<char> queue;
  queue.push(2, 'a');
  queue.push(2, 'b');
  queue.push(1, 'c');
  EXPECT_EQ(queue.take_deeper_than(0), 'b');
  EXPECT_EQ(queue.take_deeper_than(0), 'a');
  EXPECT_EQ(queue.take_deeper_than(0), 'c');
  EXPECT_TRUE(queue.empty());
}

TEST(task_queue, gives_a_joining_task_nothing_that_is_not_deeper) {
  task_queue<char> queue;
  queue.push(3, 'a');
  EXPECT_EQ(queue.take_deeper_than(3), std::nullopt);
  EXPECT_EQ(queue.take_deeper_than(7), std::nullopt);
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(queue.take_deeper_than(2), 'a');
}

}  // namespace
}  // namespace unitcost::models
