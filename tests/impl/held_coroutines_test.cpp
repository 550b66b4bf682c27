// What model.hpp promises of handles, of every model whose units hold others and co_await.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>

#include "impl/asio/asio.hpp"
#include "impl/asio/turns.hpp"
#include "impl/stackless/stackless.hpp"
#include "tests/impl/held_units.hpp"

namespace unitcost::test {

/// Counts its life in a coroutine's frame, which has linkage: so what lies in it must have, too.
struct lodger {
  explicit lodger(std::uint64_t& counter) : lodgers(counter) { ++lodgers; }
  lodger(lodger const&) = delete;
  lodger& operator=(lodger const&) = delete;
  ~lodger() { --lodgers; }
  std::uint64_t& lodgers;
};

}  // namespace unitcost::test

namespace unitcost::models {
namespace {

using test::held_board;

static_assert(holding_turns_model<asio>);

template <class Model>
class held_coroutine_of : public testing::Test {
 protected:
  using turns = typename Model::turns;
  using unit = typename turns::unit;
  using held_unit = typename turns::held_unit;

  static held_unit ends_at_once(turns& among, held_board& board) {
    co_await among.give();
    ++board.ended;
  }
  static held_unit goes_on(turns& among, held_board& board) {
    while (!board.told_to_end) {
      ++board.steps;
      co_await among.sleep_since(runtime::now_ns(), test::step_ns);
    }
    ++board.ended;
  }
  static held_unit gives_turns_for_ever(turns& among, held_board& board) {
    for (;;) {
      ++board.steps;
      co_await among.give();
    }
  }

  /// Runs one unit, `starter(turns&, held_board&)`.
  template <class Starter>
  void run(Starter starter) {
    turns::run({}, 1, [&](turns& among, unsigned) { return starter(among, board_); });
  }

  held_board board_;
};
using awaited_models = testing::Types<stackless, stackless_over_io_uring, asio>;
TYPED_TEST_SUITE(held_coroutine_of, awaited_models);

// The bodies below are functions, not lambdas with captures, whose objects would be gone while they are suspended.

TYPED_TEST(held_coroutine_of, the_starter_has_ended_when_it_is_joined) {
  using fixture = held_coroutine_of<TypeParam>;
  this->run([](auto& among, held_board& board) -> typename fixture::unit {
    auto held = among.hold({.name = "ender"}, fixture::ends_at_once(among, board));
    EXPECT_TRUE(held.alive());
    EXPECT_EQ(held.name(), "ender");
    EXPECT_FALSE(held.daemon());
    co_await held.join();
    EXPECT_EQ(board.ended, 1u);
    EXPECT_FALSE(held.alive());
    co_await held.join();
    EXPECT_TRUE(co_await held.join_within(0));
  });
  EXPECT_EQ(this->board_.ended, 1u);
}

TYPED_TEST(held_coroutine_of, the_starter_goes_on_when_a_time_out_has_ended_the_wait) {
  using fixture = held_coroutine_of<TypeParam>;
  this->run([](auto& among, held_board& board) -> typename fixture::unit {
    auto held = among.hold({.name = "walker"}, fixture::goes_on(among, board));
    std::int64_t const begun_ns = runtime::now_ns();
    EXPECT_FALSE(co_await held.join_within(test::short_limit_ns));
    EXPECT_GE(runtime::now_ns() - begun_ns, test::short_limit_ns);
    EXPECT_TRUE(held.alive());
    std::uint64_t const seen = board.steps;
    while (board.steps == seen) {
      EXPECT_FALSE(co_await held.join_within(test::short_limit_ns));
    }
    board.told_to_end = true;
    EXPECT_TRUE(co_await held.join_within(test::generous_limit_ns));
    EXPECT_EQ(board.ended, 1u);
  });
  EXPECT_EQ(this->board_.ended, 1u);
}

TYPED_TEST(held_coroutine_of, the_starter_that_is_joined_in_time_leaves_no_timer_that_would_wake_its_starter_again) {
  using fixture = held_coroutine_of<TypeParam>;
  this->run([](auto& among, held_board& board) -> typename fixture::unit {
    auto held = among.hold({.name = "ender"}, fixture::ends_at_once(among, board));
    EXPECT_TRUE(co_await held.join_within(test::short_limit_ns));
    std::int64_t const since_ns = runtime::now_ns();
    co_await among.sleep_since(since_ns, 3 * test::short_limit_ns);
    EXPECT_GE(runtime::now_ns() - since_ns, 3 * test::short_limit_ns);
    ++board.steps;
  });
  EXPECT_EQ(this->board_.steps, 1u);
}

TYPED_TEST(held_coroutine_of, a_starter_that_leaves_is_waited_for_by_the_run) {
  using fixture = held_coroutine_of<TypeParam>;
  this->run([](auto& among, held_board& board) -> typename fixture::unit {
    auto const held = among.hold({.name = "ender"}, fixture::ends_at_once(among, board));
    co_return;
  });
  EXPECT_EQ(this->board_.ended, 1u);
}

TYPED_TEST(held_coroutine_of, a_starter_that_leaves_is_ended_while_it_sleeps_if_it_is_a_daemon) {
  using fixture = held_coroutine_of<TypeParam>;
  this->run([](auto& among, held_board& board) -> typename fixture::unit {
    auto held = among.hold({.name = "daemon", .daemon = true}, fixture::goes_on(among, board));
    EXPECT_TRUE(held.daemon());
    while (board.steps < 3) co_await held.join_within(test::short_limit_ns);
  });
  EXPECT_GE(this->board_.steps, 3u);
  EXPECT_EQ(this->board_.ended, 0u);
}

TYPED_TEST(held_coroutine_of, a_starter_that_leaves_is_ended_though_it_never_stops_giving_turns_if_it_is_a_daemon) {
  using fixture = held_coroutine_of<TypeParam>;
  this->run([](auto& among, held_board& board) -> typename fixture::unit {
    auto const held = among.hold({.name = "daemon", .daemon = true}, fixture::gives_turns_for_ever(among, board));
    while (board.steps < 3) co_await among.give();
  });
  EXPECT_GE(this->board_.steps, 3u);
}

TYPED_TEST(held_coroutine_of, a_starter_that_leaves_makes_no_step_more_though_it_is_ready_if_it_is_a_daemon) {
  using fixture = held_coroutine_of<TypeParam>;
  std::uint64_t steps_when_left = 0;
  TypeParam::turns::run({}, 1, [&](auto& among, unsigned) {
    return [](auto& of, held_board& board, std::uint64_t& when_left) -> typename fixture::unit {
      auto const held = of.hold({.name = "daemon", .daemon = true}, fixture::gives_turns_for_ever(of, board));
      while (board.steps < 3) co_await of.give();
      when_left = board.steps;
    }(among, this->board_, steps_when_left);
  });
  EXPECT_EQ(this->board_.steps, steps_when_left);
}

TYPED_TEST(held_coroutine_of, a_starter_that_leaves_goes_on_as_a_daemon_while_another_is_waited_for) {
  using fixture = held_coroutine_of<TypeParam>;
  this->run([](auto& among, held_board& board) -> typename fixture::unit {
    auto const daemon = among.hold({.name = "daemon", .daemon = true}, fixture::gives_turns_for_ever(among, board));
    auto const other = among.hold({.name = "other"}, [](auto& of, held_board& seen) -> typename fixture::held_unit {
      for (std::uint64_t const before = seen.steps; seen.steps < before + 3;) co_await of.give();
      ++seen.ended;
    }(among, board));
    co_return;
  });
  EXPECT_EQ(this->board_.ended, 1u);
}

template <class Turns>
typename Turns::held_unit lodges(Turns& among, std::uint64_t& lodgers) {
  test::lodger const own(lodgers);
  co_await among.sleep_since(runtime::now_ns(), test::generous_limit_ns);
}

TYPED_TEST(held_coroutine_of, a_starter_that_leaves_gives_back_what_it_has_if_it_is_a_daemon) {
  using model_turns = typename TypeParam::turns;
  std::uint64_t lodgers = 0, most = 0;
  model_turns::run({}, 1, [&](model_turns& among, unsigned) {
    return [](model_turns& of, std::uint64_t& now, std::uint64_t& at_most) -> typename model_turns::unit {
      auto const held = of.hold({.name = "daemon", .daemon = true}, lodges(of, now));
      while (now == 0) co_await of.give();
      at_most = now;
    }(among, lodgers, most);
  });
  EXPECT_EQ(most, 1u);
  EXPECT_EQ(lodgers, 0u);
}

TYPED_TEST(held_coroutine_of, a_starter_hands_what_it_throws_to_the_run) {
  using fixture = held_coroutine_of<TypeParam>;
  EXPECT_THROW(this->run([](auto& among, held_board& board) -> typename fixture::unit {
    auto held = among.hold({.name = "thrower"}, [](auto& of, held_board&) -> typename fixture::held_unit {
      co_await of.give();
      throw std::runtime_error("planted");
    }(among, board));
    co_await held.join();
  }),
               std::runtime_error);
}

}  // namespace
}  // namespace unitcost::models
