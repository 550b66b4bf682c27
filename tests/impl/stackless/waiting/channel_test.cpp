#include "impl/stackless/waiting/channel.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

#include "impl/stackless/waiting/turns.hpp"

namespace unitcost::stackless_runtime {
namespace {

void put_and_get(turns::unit (*body)(turns&, unsigned)) { turns::run({}, 2, body); }

std::string exchanged;

/// Sends 100, 99 … 0, which is the end.
template <std::size_t Capacity>
int sum_of_what_came() {
  static channel<int>* between;
  static int sum;
  channel<int> fresh(Capacity);
  between = &fresh;
  sum = 0;
  put_and_get([](turns& among, unsigned index) -> turns::unit {
    if (index == 0)
      for (int item = 100; item >= 0; --item) co_await between->put(among, item);
    else
      while (int const item = co_await between->get(among)) sum += item;
  });
  return sum;
}

TEST(stackless_channel, brings_every_item_whatever_its_capacity) {
  EXPECT_EQ(sum_of_what_came<1>(), 5050);
  EXPECT_EQ(sum_of_what_came<3>(), 5050);
  EXPECT_EQ(sum_of_what_came<200>(), 5050);
}

TEST(stackless_channel, suspends_nobody_while_there_is_room_and_something_to_get) {
  exchanged.clear();
  static channel<int>* between;
  channel<int> roomy(2);
  between = &roomy;
  put_and_get([](turns& among, unsigned index) -> turns::unit {
    if (index == 0) {
      co_await between->put(among, 1);
      exchanged += "put ";
      co_await between->put(among, 2);
      exchanged += "put ";
      co_await between->put(among, 3);
      exchanged += "put ";
    } else {
      for (int item = 0; item < 3; ++item) {
        co_await between->get(among);
        exchanged += "got ";
      }
    }
  });
  EXPECT_EQ(exchanged, "put put got got got put ");
}

}  // namespace
}  // namespace unitcost::stackless_runtime
