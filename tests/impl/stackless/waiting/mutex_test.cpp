#include "impl/stackless/waiting/mutex.hpp"

#include <gtest/gtest.h>

#include <string>

namespace unitcost::stackless_runtime {
namespace {

std::string had_by;

TEST(stackless_mutex, is_had_in_the_order_in_which_units_came_and_held_across_their_turns) {
  had_by.clear();
  mutex only;
  turns::run({}, 3, [&only](turns& all, unsigned number) {
    return [](turns& among, mutex& shared, unsigned index) -> turns::unit {
      for (int round = 0; round < 2; ++round) {
        co_await shared.lock(among);
        had_by += std::to_string(index);
        co_await among.give();
        had_by += std::to_string(index);
        shared.unlock(among);
      }
    }(all, only, number);
  });
  EXPECT_EQ(had_by, "001122001122");
}

TEST(stackless_mutex, does_not_suspend_who_finds_it_free) {
  had_by.clear();
  mutex only;
  turns::run({}, 2, [&only](turns& all, unsigned number) {
    return [](turns& among, mutex& shared, unsigned index) -> turns::unit {
      for (int round = 0; round < 2; ++round) {
        co_await shared.lock(among);
        had_by += std::to_string(index);
        shared.unlock(among);
      }
    }(all, only, number);
  });
  EXPECT_EQ(had_by, "0011");
}

TEST(stackless_mutex, is_not_had_by_who_comes_again_while_another_waits) {
  had_by.clear();
  mutex only;
  turns::run({}, 2, [&only](turns& all, unsigned number) {
    return [](turns& among, mutex& shared, unsigned index) -> turns::unit {
      co_await shared.lock(among);
      if (index == 0) co_await among.give();  // the other comes
      had_by += std::to_string(index);
      shared.unlock(among);
      co_await shared.lock(among);
      had_by += std::to_string(index);
      shared.unlock(among);
    }(all, only, number);
  });
  EXPECT_EQ(had_by, "0101");
}

}  // namespace
}  // namespace unitcost::stackless_runtime
