// What the sanitizers must find in units: races and uses after return, planted here. One that is not found fails.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "impl/stackful/stackful.hpp"
#include "impl/stackless/stackless.hpp"
#include "tests/sanitizers.hpp"

namespace unitcost::models {
namespace {

constexpr placement two_workers{.workers = 2, .cpus = {}};

class planted_fault : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  static bool failed(int status) { return !WIFEXITED(status) || WEXITSTATUS(status) != 0; }
};

/// Two units that run at the same time, on two workers; relaxed, so that meeting orders nothing.
class meeting {
 public:
  void arrive() { present_.fetch_add(1, std::memory_order_relaxed); }
  bool is_complete() const { return present_.load(std::memory_order_relaxed) == 2; }

 private:
  std::atomic<int> present_{0};
};

/// Each race once more, on memory of its own: a worker that is kept waiting may synchronise by chance.
struct race {
  meeting both;
  int shared = 0;
};
using races = std::array<race, 100>;

namespace in_coroutines {

template <class T>
using task = stackless::task<T>;

task<int> nothing() { co_return 0; }

task<int> racer(race* against) {
  against->both.arrive();
  while (!against->both.is_complete()) {  // with a chance to be stolen from
    int ignored = 0;
    co_await stackless::spawn(ignored, nothing());
    co_await stackless::join();
  }
  co_return ++against->shared;
}
task<int> race_often(races* all) {
  for (race& each : *all) {
    int first = 0, second = 0;
    co_await stackless::spawn(first, racer(&each));
    co_await stackless::spawn(second, racer(&each));
    co_await stackless::join();
  }
  co_return 0;
}

/// Keeps its variable in its frame, since it lives across a suspension.
task<int> leaver(int** left) {
  int local = 7;
  *left = &local;
  int ignored = 0;
  co_await stackless::spawn(ignored, nothing());
  co_await stackless::join();
  co_return local;
}
task<int> reader_of_what_was_left() {
  int* left = nullptr;
  int result = 0;
  co_await stackless::spawn(result, leaver(&left));
  co_await stackless::join();
  co_return *left;
}

}  // namespace in_coroutines

namespace in_fibers {

using context = stackful::context;

int race_often(context& self, races& all) {
  for (race& each : all) {
    int results[2] = {};
    context::scope children(self);
    for (int& result : results)
      children.spawn(result, [&each](context&) {
        each.both.arrive();
        while (!each.both.is_complete()) std::this_thread::yield();
        return ++each.shared;
      });
    children.join();
  }
  return 0;
}

/// Not inlined, and the compiler does not see what becomes of the address.
[[gnu::noinline]] int* address_of_a_local() {
  int local = 7;
  int* volatile address = &local;
  return address;
}

}  // namespace in_fibers

TEST_F(planted_fault, thread_sanitizer_finds_a_race_between_two_coroutines) {
  if (!running_under_thread_sanitizer) GTEST_SKIP() << "no thread sanitizer";
  EXPECT_EXIT(
      {
        races all;
        stackless({}, two_workers).run(in_coroutines::race_often(&all));
        std::exit(0);
      },
      failed, "data race");
}

TEST_F(planted_fault, thread_sanitizer_finds_a_race_between_two_fibers) {
  if (!running_under_thread_sanitizer) GTEST_SKIP() << "no thread sanitizer";
  EXPECT_EXIT(
      {
        races all;
        stackful({.bytes = 256 * 1024}, two_workers).run([&all](auto& root) {
          return in_fibers::race_often(root, all);
        });
        std::exit(0);
      },
      failed, "data race");
}

TEST_F(planted_fault, address_sanitizer_finds_a_use_of_a_coroutines_variable_after_its_end) {
  if (!running_under_address_sanitizer) GTEST_SKIP() << "no address sanitizer";
  EXPECT_EXIT(std::exit(stackless({}, two_workers).run(in_coroutines::reader_of_what_was_left()) == 7 ? 0 : 1), failed,
              "AddressSanitizer: (use-after-poison|stack-use-after-return)");
}

TEST_F(planted_fault, address_sanitizer_finds_a_use_of_a_local_variable_after_return_in_a_fiber) {
  if (!running_under_address_sanitizer) GTEST_SKIP() << "no address sanitizer";
  EXPECT_EXIT(std::exit(stackful({.bytes = 256 * 1024}, two_workers).run([](auto&) {
                return *in_fibers::address_of_a_local();
              }) == 7
                            ? 0
                            : 1),
              failed, "AddressSanitizer: stack-use-after-return");
}

}  // namespace
}  // namespace unitcost::models
