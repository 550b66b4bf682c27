#include "impl/runtime/baton.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <thread>
#include <vector>

#include "impl/model.hpp"
#include "impl/runtime/shared_region.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::runtime {
namespace {

template <class Baton>
class baton : public testing::Test {};

using batons = testing::Types<futex_baton, condition_variable_baton, pipe_baton, eventfd_baton>;

struct baton_names {
  template <class Baton>
  static std::string GetName(int) {
    if (std::is_same_v<Baton, futex_baton>) return "futex";
    if (std::is_same_v<Baton, condition_variable_baton>) return "condition_variable";
    return std::is_same_v<Baton, pipe_baton> ? "pipe" : "eventfd";
  }
};
TYPED_TEST_SUITE(baton, batons, baton_names);

TYPED_TEST(baton, given_before_it_is_taken_is_not_lost) {
  TypeParam one;
  one.give();
  one.take();
}

TYPED_TEST(baton, brings_what_its_giver_wrote) {
  std::uint64_t const rounds = test_units(2000);
  TypeParam there, back;
  std::uint64_t plain = 0;  // not atomic: the sanitizer would see a baton that orders nothing
  std::thread taker([&] {
    for (std::uint64_t round = 0; round < rounds; ++round) {
      there.take();
      ++plain;
      back.give();
    }
  });
  for (std::uint64_t round = 0; round < rounds; ++round) {
    EXPECT_EQ(plain, round);
    there.give();
    back.take();
  }
  taker.join();
  EXPECT_EQ(plain, rounds);
}

TYPED_TEST(baton, passes_between_processes) {
  constexpr unsigned rounds = 200;
  shared_object<TypeParam> there, back;
  pid_t const child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    for (unsigned round = 0; round < rounds; ++round) {
      there->take();
      back->give();
    }
    ::_exit(0);
  }
  for (unsigned round = 0; round < rounds; ++round) {
    there->give();
    back->take();
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

/// Handles SIGUSR1 by doing nothing, without SA_RESTART: system calls are interrupted.
class interrupting_signal {
 public:
  interrupting_signal() {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGUSR1, &action, &before_);
  }
  ~interrupting_signal() { ::sigaction(SIGUSR1, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

TYPED_TEST(baton, is_not_taken_by_a_signal) {
  interrupting_signal const handled;
  TypeParam one;
  std::atomic<bool> given{false}, taken_early{false};
  std::thread taker([&] {
    one.take();
    taken_early = !given;
  });
  for (int signal = 0; signal < 50; ++signal) {
    ::pthread_kill(taker.native_handle(), SIGUSR1);
    std::this_thread::yield();
  }
  given = true;
  one.give();
  taker.join();
  EXPECT_FALSE(taken_early);
}

/// Lowers the soft limit of descriptors to those below `count`.
class few_descriptors {
 public:
  explicit few_descriptors(rlim_t count) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit const low{.rlim_cur = count, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &low);
  }
  ~few_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(pipe_baton, names_the_limit_when_no_descriptor_is_left) {
  few_descriptors const limited(3);
  EXPECT_THROW(pipe_baton{}, limit_reached);
}

TEST(eventfd_baton, names_the_limit_when_no_descriptor_is_left) {
  few_descriptors const limited(3);
  EXPECT_THROW(eventfd_baton{}, limit_reached);
}

}  // namespace
}  // namespace unitcost::runtime
