// What becomes of held fibers when their starter, or the run, ends.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "impl/boost_fiber/boost_fiber.hpp"
#include "impl/stackful/stackful.hpp"
#include "tests/impl/held_units.hpp"

namespace unitcost::models {
namespace {

using test::ending_at_once, test::going_on, test::held_board, test::run_starter;

TEST(held_fiber, of_boost_is_refused_as_a_daemon) {
  run_starter<boost_fiber>(
      [](auto& unit) { EXPECT_THROW(unit.start({.name = "daemon", .daemon = true}, [](auto&) {}), not_supported); });
}

template <class Model>
class daemon_fiber_of : public testing::Test {};
using our_fibers = testing::Types<stackful, stackful_over_io_uring>;
TYPED_TEST_SUITE(daemon_fiber_of, our_fibers);

TYPED_TEST(daemon_fiber_of, a_root_that_ends_is_dropped_while_it_sleeps) {
  held_board board;
  run_starter<TypeParam>([&board](auto& unit) {
    auto held = unit.start({.name = "daemon", .daemon = true}, going_on(board));
    while (board.steps < 3) held.join_within(test::short_limit_ns);
  });
  EXPECT_GE(board.steps, 3u);
  EXPECT_EQ(board.ended, 0u);
}

TYPED_TEST(daemon_fiber_of, a_root_that_ends_is_dropped_though_it_never_stops_giving_turns) {
  std::uint64_t turns = 0;
  run_starter<TypeParam>([&turns](auto& unit) {
    auto const held = unit.start({.name = "daemon", .daemon = true}, [&turns](auto& own) {
      for (;;) {
        ++turns;
        own.give_turn();
      }
    });
    while (turns < 3) unit.give_turn();
  });
  EXPECT_GE(turns, 3u);
}

TYPED_TEST(daemon_fiber_of, a_root_that_ends_is_dropped_with_what_it_holds_itself) {
  held_board board;
  std::optional<fibers::held_fiber> below;  // not on a stack that is dropped: it would be lost
  run_starter<TypeParam>([&board, &below](auto& unit) {
    auto const held = unit.start({.name = "daemon", .daemon = true}, [&board, &below](auto& own) {
      below.emplace(own.start({.name = "below"}, going_on(board)));
      going_on(board)(own);
    });
    while (board.steps < 4) unit.sleep_since(runtime::now_ns(), test::step_ns);
  });
  EXPECT_FALSE(below->alive());
  EXPECT_EQ(board.ended, 0u);
}

TYPED_TEST(daemon_fiber_of, a_root_that_ends_has_not_begun_and_never_will) {
  held_board board;
  run_starter<TypeParam>([&board](auto& unit) {
    auto const held = unit.start({.name = "daemon", .daemon = true}, ending_at_once(board));
  });
  EXPECT_EQ(board.ended, 0u);
}

TYPED_TEST(daemon_fiber_of, a_root_that_goes_on_may_end_by_itself) {
  held_board board;
  run_starter<TypeParam>([&board](auto& unit) {
    { auto const held = unit.start({.name = "daemon", .daemon = true}, ending_at_once(board)); }
    while (board.ended == 0) unit.give_turn();
  });
  EXPECT_EQ(board.ended, 1u);
}

TEST(held_fiber, is_no_daemon_where_the_scheduler_goes_on) {
  stackful({}, {.workers = 1, .cpus = {}}).run([](auto& unit) {
    EXPECT_THROW(unit.start({.name = "daemon", .daemon = true}, [](auto&) {}), not_supported);
    return 0;
  });
}

TEST(held_fiber, is_held_where_the_scheduler_has_a_thread_of_its_own) {
  held_board board;
  stackful({}, {.workers = 1, .cpus = {}}).run([&board](auto& unit) {
    auto held = unit.start({.name = "walker"}, going_on(board));
    EXPECT_FALSE(held.join_within(test::short_limit_ns));
    board.told_to_end = true;
    EXPECT_TRUE(held.join_within(test::generous_limit_ns));
    return 0;
  });
  EXPECT_EQ(board.ended, 1u);
}

TEST(held_fiber, that_is_joined_in_time_leaves_no_timer_that_would_wake_its_starter_again) {
  run_starter<stackful>([](auto& unit) {
    held_board board;
    auto held = unit.start({.name = "ender"}, ending_at_once(board));
    EXPECT_TRUE(held.join_within(test::short_limit_ns));
    std::int64_t const since_ns = runtime::now_ns();
    unit.sleep_since(since_ns, 3 * test::short_limit_ns);
    EXPECT_GE(runtime::now_ns() - since_ns, 3 * test::short_limit_ns);
  });
}

}  // namespace
}  // namespace unitcost::models
