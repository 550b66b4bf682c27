#include "impl/runtime/posix_semaphore.hpp"

#include <gtest/gtest.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "impl/runtime/shared_region.hpp"

namespace unitcost::runtime {
namespace {

TEST(posix_semaphore, is_taken_as_often_as_its_count_and_once_more_after_each_release) {
  posix_semaphore semaphore(2);
  semaphore.acquire();
  EXPECT_TRUE(semaphore.try_acquire());
  EXPECT_FALSE(semaphore.try_acquire());
  semaphore.release();
  EXPECT_TRUE(semaphore.try_acquire());
  EXPECT_FALSE(semaphore.try_acquire());
}

TEST(posix_semaphore, wakes_another_process) {
  struct pair {
    posix_semaphore asked{0}, answered{0};
  };
  shared_object<pair> both;
  pid_t const child = ::fork();
  if (child == 0) {
    both->asked.acquire();
    both->answered.release();
    ::_exit(0);
  }
  ASSERT_GT(child, 0);
  both->asked.release();
  both->answered.acquire();
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(both->asked.try_acquire());
}

TEST(posix_semaphore, wakes_another_thread) {
  posix_semaphore asked(0, sharing::threads), answered(0, sharing::threads);
  std::jthread other([&] {
    asked.acquire();
    answered.release();
  });
  asked.release();
  answered.acquire();
  EXPECT_FALSE(answered.try_acquire());
}

/// Interrupts the thread that made it, again and again.
class semaphore_interrupter {
 public:
  semaphore_interrupter() {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGUSR1, &action, &before_);
    sender_ = std::jthread([waiting = ::pthread_self()](std::stop_token const& is_over) {
      for (; !is_over.stop_requested(); ::usleep(1000)) ::pthread_kill(waiting, SIGUSR1);
    });
  }
  semaphore_interrupter(semaphore_interrupter const&) = delete;
  semaphore_interrupter& operator=(semaphore_interrupter const&) = delete;
  ~semaphore_interrupter() {
    sender_.request_stop();
    sender_.join();
    ::sigaction(SIGUSR1, &before_, nullptr);
  }

 private:
  struct sigaction before_ {};
  std::jthread sender_;
};

TEST(posix_semaphore, calls_at_each_interruption_and_goes_on_waiting) {
  posix_semaphore semaphore(0);
  semaphore_interrupter const interrupter;
  int interruptions = 0;
  semaphore.acquire([&] {
    if (++interruptions == 3) semaphore.release();
  });
  EXPECT_GE(interruptions, 3);
  EXPECT_FALSE(semaphore.try_acquire());
}

TEST(posix_semaphore, takes_nothing_when_the_interrupted_gives_up) {
  posix_semaphore semaphore(0);
  {
    semaphore_interrupter const interrupter;
    EXPECT_THROW(semaphore.acquire([] { throw std::runtime_error("given up"); }), std::runtime_error);
  }
  semaphore.release();
  EXPECT_TRUE(semaphore.try_acquire());
}

TEST(posix_semaphore, tells_what_the_system_refuses) {
  EXPECT_THROW(posix_semaphore(static_cast<unsigned>(SEM_VALUE_MAX) + 1), std::system_error);
  posix_semaphore full(SEM_VALUE_MAX);
  EXPECT_THROW(full.release(), std::system_error);
}

}  // namespace
}  // namespace unitcost::runtime
