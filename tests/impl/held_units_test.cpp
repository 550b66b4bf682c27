// What model.hpp promises of handles, of every model whose units hold others and block.
#include "tests/impl/held_units.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "impl/boost_fiber/boost_fiber.hpp"
#include "impl/pools/task_giver.hpp"
#include "impl/process/process.hpp"
#include "impl/process/unit_crashed.hpp"
#include "impl/runtime/shared_region.hpp"
#include "impl/stackful/stackful.hpp"
#include "impl/std_thread/std_thread.hpp"

namespace unitcost::models {
namespace {

using test::ending_at_once, test::going_on, test::held_board, test::run_starter;

template <class Model>
class held_unit_of : public testing::Test {
 protected:
  runtime::shared_object<held_board> board_;
};
using holding_models = testing::Types<process, std_thread, boost_fiber, stackful, stackful_over_io_uring>;
TYPED_TEST_SUITE(held_unit_of, holding_models);

TYPED_TEST(held_unit_of, the_starter_has_ended_when_it_is_joined) {
  run_starter<TypeParam>([&board = *this->board_](auto& unit) {
    auto held = unit.start({.name = "ender"}, ending_at_once(board));
    held.join();
    EXPECT_EQ(board.ended, 1u);
    EXPECT_FALSE(held.alive());
    held.join();
    EXPECT_TRUE(held.join_within(0));
  });
}

TYPED_TEST(held_unit_of, the_starter_is_joined_within_a_time_that_is_long_enough) {
  run_starter<TypeParam>([&board = *this->board_](auto& unit) {
    auto held = unit.start({.name = "ender"}, ending_at_once(board));
    EXPECT_TRUE(held.join_within(test::generous_limit_ns));
    EXPECT_EQ(board.ended, 1u);
    EXPECT_FALSE(held.alive());
  });
}

TYPED_TEST(held_unit_of, the_starter_goes_on_when_a_time_out_has_ended_the_wait) {
  run_starter<TypeParam>([&board = *this->board_](auto& unit) {
    auto held = unit.start({.name = "walker"}, going_on(board));
    std::int64_t const begun_ns = runtime::now_ns();
    EXPECT_FALSE(held.join_within(test::short_limit_ns));
    EXPECT_GE(runtime::now_ns() - begun_ns, test::short_limit_ns);
    EXPECT_TRUE(held.alive());
    for (std::uint64_t const seen = board.steps; board.steps == seen;) {
      EXPECT_FALSE(held.join_within(test::short_limit_ns));
    }
    board.told_to_end = true;
    EXPECT_TRUE(held.join_within(test::generous_limit_ns));
    EXPECT_EQ(board.ended, 1u);
  });
}

TYPED_TEST(held_unit_of, the_starter_is_waited_for_by_the_end_of_its_handle) {
  run_starter<TypeParam>([&board = *this->board_](auto& unit) {
    { auto const held = unit.start({.name = "ender"}, ending_at_once(board)); }
    EXPECT_EQ(board.ended, 1u);
  });
}

TYPED_TEST(held_unit_of, the_starter_keeps_its_handle_when_that_is_moved) {
  run_starter<TypeParam>([&board = *this->board_](auto& unit) {
    auto first = unit.start({.name = "first"}, going_on(board));
    auto second = unit.start({.name = "second"}, going_on(board));
    std::swap(first, second);
    EXPECT_EQ(first.name(), "second");
    EXPECT_TRUE(first.alive());
    board.told_to_end = true;
    auto const moved = std::move(first);
    EXPECT_EQ(moved.name(), "second");
    EXPECT_FALSE(moved.daemon());
  });
  EXPECT_EQ(this->board_->ended, 2u);
}

TYPED_TEST(held_unit_of, the_starter_is_one_of_several_that_end_in_any_order) {
  run_starter<TypeParam>([&board = *this->board_](auto& unit) {
    auto walker = unit.start({.name = "walker"}, going_on(board));
    std::array enders{unit.start({.name = "0"}, ending_at_once(board)),
                      unit.start({.name = "1"}, ending_at_once(board)),
                      unit.start({.name = "2"}, ending_at_once(board))};
    for (auto& each : enders) EXPECT_TRUE(each.join_within(test::generous_limit_ns)) << each.name();
    EXPECT_EQ(board.ended, 3u);
    EXPECT_TRUE(walker.alive());
    board.told_to_end = true;
    walker.join();
  });
}

/// Of the kernel's units, what /proc/self/comm says.
template <class Model>
std::string name_by_the_system(std::string const& name) {
  struct comm {
    std::array<char, 16> text{};
  };
  runtime::shared_object<comm> seen;
  run_starter<Model>([&](auto& unit) {
    unit.start({.name = name}, [to = &*seen](auto&) { ::prctl(PR_GET_NAME, to->text.data()); }).join();
  });
  return seen->text.data();
}

TEST(held_thread, bears_its_name_in_the_system) {
  EXPECT_EQ(name_by_the_system<std_thread>("walker"), "walker");
  EXPECT_EQ(name_by_the_system<std_thread>("longer_than_15_bytes"), "longer_than_15_");
}

TEST(held_process, bears_its_name_in_the_system) {
  EXPECT_EQ(name_by_the_system<process>("walker"), "walker");
  EXPECT_EQ(name_by_the_system<process>("longer_than_15_bytes"), "longer_than_15_");
}

TEST(held_process, is_reaped_by_its_join) {
  run_starter<process>([](auto& unit) {
    unit.start({}, [](auto&) {}).join();
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
  });
}

TEST(held_process, tells_of_its_crash_whoever_joins_it) {
  for (bool const within : {false, true})
    run_starter<process>([within](auto& unit) {
      auto held = unit.start({.name = "victim"}, [](auto&) { ::raise(SIGKILL); });
      EXPECT_THROW(within ? static_cast<void>(held.join_within(test::generous_limit_ns)) : held.join(), unit_crashed);
      EXPECT_FALSE(held.alive());
    });
}

TEST(held_process, that_is_a_daemon_is_killed_and_reaped_with_its_handle) {
  runtime::shared_object<held_board> board;
  run_starter<process>([&](auto& unit) {
    {
      auto held = unit.start({.name = "daemon", .daemon = true}, going_on(*board));
      while (board->steps == 0) held.join_within(test::short_limit_ns);
    }
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  });
  EXPECT_EQ(board->ended, 0u);
}

/// Its pipe's reader sees the end of the last process that has the other end.
TEST(held_process, that_is_a_daemon_goes_with_a_parent_that_crashes) {
  runtime::shared_object<held_board> board;
  runtime::shared_object<processes::shared_failure> failure;
  auto ends = runtime::open_pipe();
  pid_t const parent = processes::fork_child(*failure, [&] {
    run_starter<process>([&](auto& unit) {
      auto held = unit.start({.name = "daemon", .daemon = true}, going_on(*board));
      while (board->steps == 0) held.join_within(test::short_limit_ns);
      ::raise(SIGKILL);
    });
  });
  ends.writing.reset();
  std::byte none{};
  EXPECT_EQ(::read(ends.reading.get(), &none, 1), 0);
  EXPECT_EQ(processes::reap(parent).signal, SIGKILL);
  EXPECT_EQ(board->ended, 0u);
}

TEST(held_thread, that_is_a_daemon_can_be_joined_while_its_handle_is_there) {
  runtime::shared_object<held_board> board;
  run_starter<std_thread>([&](auto& unit) {
    auto held = unit.start({.name = "daemon", .daemon = true}, ending_at_once(*board));
    held.join();
    EXPECT_EQ(board->ended, 1u);
    EXPECT_TRUE(held.daemon());
  });
}

TEST(held_thread, that_is_a_daemon_goes_on_when_its_handle_and_its_model_have_ended) {
  auto const board = std::make_shared<held_board>();
  run_starter<std_thread>([&](auto& unit) {
    auto const held = unit.start({.name = "daemon", .daemon = true}, [board](auto& own) { going_on (*board)(own); });
  });
  for (std::uint64_t const seen = board->steps; board->steps == seen;) runtime::sleep_until(runtime::now_ns() + 1000);
  board->told_to_end = true;
  while (board->ended == 0) runtime::sleep_until(runtime::now_ns() + 1000);
}

TEST(held_thread, that_is_a_daemon_frees_what_it_holds_whoever_ends_first) {
  for (bool const thread_first : {false, true}) {
    auto const witness = std::make_shared<held_board>();
    run_starter<std_thread>([&](auto& unit) {
      auto held = unit.start({.name = "daemon", .daemon = true}, [witness](auto&) { ++witness->ended; });
      while (thread_first && held.alive()) unit.give_turn();
    });
    while (witness.use_count() > 1) runtime::sleep_until(runtime::now_ns() + 1000);
    EXPECT_EQ(witness->ended, 1u);
  }
}

TEST(held_task, is_alive_from_when_it_is_given_until_it_has_ended) {
  held_board board;
  pools::task_pool pool({.threads = 1});
  pools::task_giver giver{pool};
  auto first = giver.start(going_on(board));
  auto queued = giver.start(ending_at_once(board));
  EXPECT_FALSE(first.join_within(test::short_limit_ns));
  EXPECT_TRUE(first.alive());
  EXPECT_TRUE(queued.alive());
  board.told_to_end = true;
  EXPECT_TRUE(first.join_within(test::generous_limit_ns));
  queued.join();
  EXPECT_FALSE(first.alive());
  EXPECT_FALSE(queued.alive());
  EXPECT_EQ(board.ended, 2u);
}

TEST(held_task, is_waited_for_by_the_end_of_its_handle) {
  held_board board;
  pools::task_pool pool({.threads = 1});
  { auto const held = pools::task_giver{pool}.start(ending_at_once(board)); }
  EXPECT_EQ(board.ended, 1u);
}

}  // namespace
}  // namespace unitcost::models
