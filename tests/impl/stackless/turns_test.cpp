#include "impl/stackless/turns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "impl/stackless/channel.hpp"
#include "tests/unit_budget.hpp"

namespace unitcost::stackless_runtime {
namespace {

void run_two(task<bool> (*body)(turns&, unsigned)) { turns::run({}, 2, body); }

std::string told;

TEST(stackless_turns, run_units_in_their_order_round_after_round) {
  told.clear();
  turns::run(
      {}, 3, +[](turns& among, unsigned index) -> task<bool> {
        for (int round = 0; round < 3; ++round) {
          told += std::to_string(index);
          co_await among.give();
        }
        co_return true;
      });
  EXPECT_EQ(told, "012012012");
}

TEST(stackless_turns, let_a_unit_that_is_alone_go_on) {
  told.clear();
  turns::run(
      {}, 1, +[](turns& among, unsigned) -> task<bool> {
        co_await among.give();
        told += "back";
        co_return true;
      });
  EXPECT_EQ(told, "back");
}

TEST(stackless_turns, run_a_parked_unit_no_sooner_than_it_is_woken) {
  told.clear();
  run_two([](turns& among, unsigned index) -> task<bool> {
    if (index == 0) {
      told += "parks ";
      co_await among.park();
      told += "goes on ";
    } else {
      co_await among.give();
      told += "wakes ";
      among.wake(0);
      told += "ends ";
    }
    co_return true;
  });
  EXPECT_EQ(told, "parks wakes ends goes on ");
}

TEST(stackless_turns, run_at_once_whom_a_transfer_names_and_park_who_made_it) {
  told.clear();
  run_two([](turns& among, unsigned index) -> task<bool> {
    if (index == 0) {
      co_await among.park();
      told += "named ";
      among.wake(1);
      told += "ends ";
    } else {
      told += "transfers ";
      co_await among.transfer_to(0);
      told += "is back ";
    }
    co_return true;
  });
  EXPECT_EQ(told, "transfers named ends is back ");
}

TEST(stackless_turns, grow_no_native_stack) {
  static std::uint64_t rounds;
  rounds = test_units(1'000'000);
  EXPECT_NO_FATAL_FAILURE(run_two([](turns& among, unsigned) -> task<bool> {
    for (std::uint64_t round = 0; round < rounds; ++round) co_await among.give();
    co_return true;
  }));
}

task<bool> tells(turns& among, int number) {
  told += std::to_string(number);
  co_await among.give();
  told += std::to_string(number);
  co_return true;
}

TEST(stackless_turns, begin_a_unit_that_is_started_at_once_and_who_started_it_behind_the_others) {
  told.clear();
  run_two([](turns& among, unsigned index) -> task<bool> {
    told += index == 0 ? "a" : "b";
    if (index == 0) {
      co_await among.start(tells(among, 1));
      told += "a";
      co_await among.start(tells(among, 2));
    }
    co_return true;
  });
  EXPECT_EQ(told, "a1ba212");
}

TEST(stackless_turns, free_the_frames_of_started_units_that_have_ended) {
  static std::size_t most_alive;
  most_alive = 0;
  turns::run(
      {}, 1, +[](turns& among, unsigned) -> task<bool> {
        for (int unit = 0; unit < 1000; ++unit) {
          co_await among.start(tells(among, 1));
          co_await among.sleep_for(1);  // the thread looks for what has ended where nobody is ready
          most_alive = std::max(most_alive, frames_alive());
        }
        co_return true;
      });
  EXPECT_LT(most_alive, 200u);
  EXPECT_EQ(frames_alive(), 0u);
}

/// Sends 100, 99 … 0, which is the end.
template <std::size_t Capacity>
int sum_of_what_came() {
  static channel<int>* between;
  static int sum;
  channel<int> fresh(Capacity);
  between = &fresh;
  sum = 0;
  run_two([](turns& among, unsigned index) -> task<bool> {
    if (index == 0)
      for (int item = 100; item >= 0; --item) co_await between->put(among, item);
    else
      while (int const item = co_await between->get(among)) sum += item;
    co_return true;
  });
  return sum;
}

TEST(stackless_channel, brings_every_item_whatever_its_capacity) {
  EXPECT_EQ(sum_of_what_came<1>(), 5050);
  EXPECT_EQ(sum_of_what_came<3>(), 5050);
  EXPECT_EQ(sum_of_what_came<200>(), 5050);
}

TEST(stackless_channel, suspends_nobody_while_there_is_room_and_something_to_get) {
  told.clear();
  static channel<int>* between;
  channel<int> roomy(2);
  between = &roomy;
  run_two([](turns& among, unsigned index) -> task<bool> {
    if (index == 0) {
      co_await between->put(among, 1);
      told += "put ";
      co_await between->put(among, 2);
      told += "put ";
      co_await between->put(among, 3);
      told += "put ";
    } else {
      for (int item = 0; item < 3; ++item) {
        co_await between->get(among);
        told += "got ";
      }
    }
    co_return true;
  });
  EXPECT_EQ(told, "put put got got got put ");
}

}  // namespace
}  // namespace unitcost::stackless_runtime
