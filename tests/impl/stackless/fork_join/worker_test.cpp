// Promotion, step by step: units that look at their own worker while they run, and thieves that come when they are
// told.
#include "impl/stackless/fork_join/worker.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <thread>

#include "impl/stackless/stackless.hpp"

namespace unitcost::stackless_runtime {
namespace {

using models::stackless;

class stackless_worker : public testing::Test {
 protected:
  /// Runs `root` on a thread of its own, as its only worker.
  void run(task<bool> root) {
    bool result = false;
    root.made().write_to(result);
    root.made().start_as_root();
    in_progress_.begin();
    std::jthread([&] {
      first_.begin();
      first_.drive(root.made());
    }).join();
    in_progress_.wait();
    root.made().free_frame();
    EXPECT_TRUE(result);
  }
  ~stackless_worker() override { EXPECT_EQ(frames_alive(), 0u); }

  /// A thief that has come and gone when this returns: it runs what it steals as far as it can.
  bool thief_comes() {
    unit* const stolen = first_.steal_continuation();
    if (stolen == nullptr) return false;
    std::jthread([&] {
      worker thief(nobody_sleeps_, in_progress_);
      thief.begin();
      thief.drive(*stolen);
    }).join();
    return true;
  }

  runtime::parking nobody_sleeps_{2};
  runtime::run_state in_progress_;
  worker first_{nobody_sleeps_, in_progress_};
};

/// How far the stack of the calling thread has grown, downwards.
[[gnu::noinline]] std::uintptr_t native_stack() { return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)); }

/// Spawns units below each other, `depth` deep; the lowest runs `look`.
task<bool> chain(unsigned depth, std::function<void()> const& look) {
  bool below = false;
  if (depth == 0) {
    look();
    co_return true;
  }
  co_await stackless::spawn(below, chain(depth - 1, look));
  co_await stackless::join();
  co_return below;
}

TEST_F(stackless_worker, offers_the_oldest_continuation_and_keeps_the_others_on_its_stack) {
  run(chain(5, [&] {
    EXPECT_TRUE(thief_comes()) << "the root's";
    EXPECT_FALSE(thief_comes()) << "the units below it are plain calls";
  }));
}

/// Looks, then spawns one more unit, which looks again.
task<bool> looking_twice(std::function<void()> const& first_look, std::function<void()> const& second_look) {
  bool below = false;
  first_look();
  co_await stackless::spawn(below, chain(0, second_look));
  co_await stackless::join();
  co_return below;
}
task<bool> chain_to_two_looks(unsigned depth, std::function<void()> const& first_look,
                              std::function<void()> const& second_look) {
  bool below = false;
  if (depth == 1)
    co_await stackless::call(below, looking_twice(first_look, second_look));
  else
    co_await stackless::spawn(below, chain_to_two_looks(depth - 1, first_look, second_look));
  co_await stackless::join();
  co_return below;
}

TEST_F(stackless_worker, promotes_the_calls_in_progress_at_the_next_spawn_when_the_shared_one_was_stolen) {
  std::uintptr_t first = 0, second = 0;
  run(chain_to_two_looks(
      5,
      [&] {
        first = native_stack();
        EXPECT_TRUE(thief_comes());
      },
      [&] {
        second = native_stack();
        EXPECT_TRUE(thief_comes()) << "the oldest of those just promoted";
        EXPECT_FALSE(thief_comes()) << "one shared continuation is enough";
      }));
  EXPECT_GT(second, first) << "the calls are no longer on the stack";
}

TEST_F(stackless_worker, promotes_nothing_while_something_can_be_stolen) {
  std::uintptr_t first = 0, second = 0;
  run(chain_to_two_looks(
      5, [&] { first = native_stack(); }, [&] { second = native_stack(); }));
  EXPECT_LT(second, first) << "the last unit is a call as well";
}

task<bool> calling(std::function<void()> const& look) {
  bool below = false;
  co_await stackless::call(below, chain(0, look));
  co_return below;
}

TEST_F(stackless_worker, offers_no_unit_that_waits_for_what_it_called) {
  run(calling([&] { EXPECT_FALSE(thief_comes()); }));
}

/// A plain call that fails, under a parent that joins and so sees it.
task<bool> failing() {
  throw std::runtime_error("planted");
  co_return true;
}
task<bool> above_a_failing_one(bool& went_on) {
  bool below = false;
  co_await stackless::spawn(below, failing());
  co_await stackless::spawn(below, failing());
  went_on = true;
  co_await stackless::join();
  ADD_FAILURE() << "joined a unit that had failed";
  co_return true;
}

TEST(stackless_worker_failure, reaches_the_join_of_a_parent_whose_plain_call_failed) {
  bool went_on = false;
  stackless model({}, {1, {}});
  EXPECT_THROW(model.run(above_a_failing_one(went_on)), std::runtime_error);
  EXPECT_TRUE(went_on) << "a spawn does not throw; its join does";
}

task<bool> keeping_a_task_for_later(std::function<void()> const& look) {
  bool first = false, second = false;
  auto const kept = chain(1, look);
  co_await stackless::spawn(first, chain(1, look));
  co_await stackless::spawn(second, kept);
  co_await stackless::join();
  co_return first&& second;
}
void keep_a_task_for_later() {
  std::function<void()> const look = [] {};
  stackless({}, {1, {}}).run(keeping_a_task_for_later(look));
}

TEST(stackless_worker_death, aborts_when_a_task_is_not_awaited_in_the_expression_that_made_it) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(keep_a_task_for_later(), "stackless: a task was not awaited in the expression that made it");
}

task<bool> dropping_a_task(std::function<void()> const& look) {
  static_cast<void>(chain(1, look));
  co_return true;
}
void drop_a_task() {
  std::function<void()> const look = [] {};
  stackless({}, {1, {}}).run(dropping_a_task(look));
}

TEST(stackless_worker_death, aborts_when_a_task_is_dropped_that_has_not_ended) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(drop_a_task(), "stackless: a task was not awaited in the expression that made it");
}

// A unit of a run that awaited something else would be lost: no worker would go on with it.
template <class Promise>
concept awaits_anything = requires(Promise& of) {
  of.await_transform(std::suspend_always());
};
static_assert(!awaits_anything<promise<bool>>);

TEST(stackless_thread, starts_no_unit_where_there_is_no_worker) {
  bool looked = false;
  std::function<void()> const look = [&] { looked = true; };
  auto const made = chain(0, look);
  EXPECT_FALSE(looked);
  EXPECT_TRUE(stackless({}, {1, {}}).run(made));
  EXPECT_TRUE(looked);
}

}  // namespace
}  // namespace unitcost::stackless_runtime
