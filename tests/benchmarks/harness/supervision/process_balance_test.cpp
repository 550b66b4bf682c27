#include "benchmarks/harness/supervision/process_balance.hpp"
#include "impl/runtime/owned_descriptor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>


namespace unitcost::harness {
namespace {

constexpr process_balance some{.children = 1, .descriptors = 5, .threads = 2, .heap_bytes = 1u << 20};

TEST(imbalance, is_none_when_nothing_or_less_is_held_than_before) {
  EXPECT_EQ(imbalance(some, some), "");
  EXPECT_EQ(imbalance(some, {}), "");
}

TEST(imbalance, counts_one_child_left_behind) {
  process_balance after = some;
  after.children += 1;
  EXPECT_EQ(imbalance(some, after), "left 1 child processes behind");
}

TEST(imbalance, counts_one_descriptor_left_behind) {
  process_balance after = some;
  after.descriptors += 1;
  EXPECT_EQ(imbalance(some, after), "left 1 descriptors behind");
}

TEST(imbalance, allows_threads_one_per_core_since_onetbb_keeps_them) {
  process_balance after = some;
  after.threads += std::thread::hardware_concurrency();
  EXPECT_EQ(imbalance(some, after), "");
  after.threads += 1;
  EXPECT_EQ(imbalance(some, after),
            "left " + std::to_string(std::thread::hardware_concurrency() + 1) + " threads behind");
}

TEST(imbalance, allows_sixteen_mebibytes_of_heap_since_libraries_keep_pools) {
  process_balance after = some;
  after.heap_bytes += 16u << 20;
  EXPECT_EQ(imbalance(some, after), "");
  after.heap_bytes += 1;
  EXPECT_EQ(imbalance(some, after), "left 16777217 heap bytes behind");
}

TEST(process_balance, sees_a_descriptor_come_and_go) {
  auto const before = read_process_balance();
  runtime::owned_descriptor kept(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(read_process_balance().descriptors, before.descriptors + 1);
  kept.reset();
  EXPECT_EQ(read_process_balance().descriptors, before.descriptors);
}

TEST(process_balance, sees_a_child_until_it_is_reaped) {
  auto const before = read_process_balance();
  pid_t const child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t ended{};
  ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT);
  EXPECT_EQ(read_process_balance().children, before.children + 1);
  EXPECT_EQ(imbalance_since(before), "left 1 child processes behind");
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(read_process_balance().children, before.children);
  EXPECT_EQ(imbalance_since(before), "");
}

TEST(process_balance, sees_the_children_of_other_threads_too) {
  auto const before = read_process_balance();
  runtime::pipe_ends until = runtime::open_pipe();
  pid_t child = -1;
  runtime::pipe_ends started = runtime::open_pipe();
  std::thread parent([&] {
    child = ::fork();
    if (child == 0) {
      ::pause();
      ::_exit(0);
    }
    (void)!::write(started.writing.get(), "x", 1);
    char go = 0;
    (void)!::read(until.reading.get(), &go, 1);
  });
  char word = 0;
  ASSERT_EQ(::read(started.reading.get(), &word, 1), 1);
  auto const during = read_process_balance();
  EXPECT_EQ(during.children, before.children + 1);
  EXPECT_GE(during.threads, before.threads + 1);  // a sanitizer may start one of its own beside the first
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  until.writing.reset();
  parent.join();
}

}  // namespace
}  // namespace unitcost::harness
