#include "benchmarks/harness/machine/worker_usage.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <thread>

#include "impl/runtime/futex.hpp"

namespace unitcost::harness {
namespace {

constexpr std::int64_t spun_ns = 20'000'000;

/// By the thread's own CPU clock, however long that takes on a busy machine.
void spin() {
  timespec now{};
  do ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  while (now.tv_sec == 0 && now.tv_nsec < spun_ns);
}

TEST(worker_usage, counts_threads_and_children_but_not_the_caller) {
  runtime::futex_gate gate;
  std::jthread first([&gate] { gate.wait(); });  // with which a sanitizer starts one of its own
  auto const before = read_worker_usage();
  std::jthread waiting([&gate] { gate.wait(); });
  EXPECT_EQ(read_worker_usage().workers, before.workers + 1);
  pid_t const child = ::fork();
  if (child == 0) ::pause();
  EXPECT_EQ(read_worker_usage().workers, before.workers + 2);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(read_worker_usage().workers, before.workers + 1);
  gate.open();
}

TEST(worker_usage, sees_all_that_a_spinning_thread_used) {
  auto const before = read_worker_usage();
  std::jthread(spin).join();
  EXPECT_GE(read_worker_usage().cpu_ns - before.cpu_ns, spun_ns);
}

TEST(worker_usage, sees_all_that_a_spinning_child_used_while_it_lives) {
  int spun[2];
  ASSERT_EQ(::pipe(spun), 0);
  auto const before = read_worker_usage();
  pid_t const child = ::fork();
  if (child == 0) {
    spin();
    ::_exit(::write(spun[1], "", 1) == 1 ? ::pause() : 1);
  }
  char done = 0;
  ASSERT_EQ(::read(spun[0], &done, 1), 1);
  EXPECT_GE(read_worker_usage().cpu_ns - before.cpu_ns, spun_ns);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(spun[0]);
  ::close(spun[1]);
}

TEST(worker_usage, leaves_out_what_the_caller_used) {
  runtime::futex_gate gate;
  std::jthread waiting([&gate] { gate.wait(); });
  auto const before = read_worker_usage();
  for (auto const until = ::clock() + CLOCKS_PER_SEC / 50; ::clock() < until;) {
  }
  EXPECT_LT(read_worker_usage().cpu_ns - before.cpu_ns, spun_ns / 2) << "20 ms were the caller's own";
  gate.open();
}

TEST(worker_usage, counts_each_sleep_of_a_worker) {
  constexpr std::uint64_t naps = 20;
  auto const before = read_worker_usage();
  std::jthread([] {
    for (std::uint64_t nap = 0; nap < naps; ++nap) std::this_thread::sleep_for(std::chrono::microseconds(100));
  }).join();
  EXPECT_GE(read_worker_usage().sleeps - before.sleeps, naps);
}

TEST(worker_usage, leaves_out_the_sleeps_of_the_caller) {
  auto const before = read_worker_usage();
  for (int nap = 0; nap < 20; ++nap) std::this_thread::sleep_for(std::chrono::microseconds(100));
  EXPECT_EQ(read_worker_usage().sleeps, before.sleeps);
}

}  // namespace
}  // namespace unitcost::harness
