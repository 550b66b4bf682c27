#include "impl/runtime/channel.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "impl/runtime/bounded_buffer.hpp"

namespace unitcost::runtime {
namespace {

TEST(bounded_buffer, gives_back_in_order_what_was_pushed_around_its_end) {
  bounded_buffer<int> buffer(3);
  int pushed = 0, popped = 0;
  for (int lap = 0; lap < 5; ++lap) {
    while (!buffer.full()) buffer.push(pushed++);
    EXPECT_EQ(pushed - popped, 3);
    for (int item = 0; item < 2; ++item) EXPECT_EQ(buffer.pop(), popped++);
  }
  EXPECT_EQ(buffer.pop(), popped);
  EXPECT_TRUE(buffer.empty());
}

/// A unit whose scheduler is a script: `park` does what the other unit would do meanwhile.
struct scripted_unit {
  std::string name;
  std::vector<std::string>* told;
  void (*meanwhile)(scripted_unit&) = nullptr;

  void park() {
    told->push_back(name + " parks");
    if (meanwhile != nullptr) meanwhile(*this);
  }
  void wake(scripted_unit& parked) { told->push_back(name + " wakes " + parked.name); }
};

using scripted_channel = channel<scripted_unit, int>;

class channel_of : public ::testing::Test {
 protected:
  std::vector<std::string> told_;
  scripted_unit sender_{"sender", &told_}, receiver_{"receiver", &told_};
  inline static scripted_channel* used;
  inline static scripted_unit* other;
};

TEST_F(channel_of, two_units_switches_for_nobody_while_there_is_room_and_something_to_get) {
  scripted_channel between(2);
  between.put(sender_, 1);
  between.put(sender_, 2);
  EXPECT_EQ(between.get(receiver_), 1);
  between.put(sender_, 3);
  EXPECT_EQ(between.get(receiver_), 2);
  EXPECT_EQ(between.get(receiver_), 3);
  EXPECT_TRUE(told_.empty());
}

TEST_F(channel_of, two_units_parks_who_puts_when_full_until_something_was_got) {
  scripted_channel between(1);
  used = &between;
  other = &receiver_;
  sender_.meanwhile = [](scripted_unit&) { EXPECT_EQ(used->get(*other), 1); };
  between.put(sender_, 1);
  between.put(sender_, 2);
  EXPECT_EQ(told_, (std::vector<std::string>{"sender parks", "receiver wakes sender"}));
  EXPECT_EQ(between.get(receiver_), 2);
}

TEST_F(channel_of, two_units_parks_who_gets_when_empty_until_something_was_put) {
  scripted_channel between(1);
  used = &between;
  other = &sender_;
  receiver_.meanwhile = [](scripted_unit&) { used->put(*other, 7); };
  EXPECT_EQ(between.get(receiver_), 7);
  EXPECT_EQ(told_, (std::vector<std::string>{"receiver parks", "sender wakes receiver"}));
}

TEST_F(channel_of, two_units_does_not_let_go_on_who_was_resumed_by_somebody_else) {
  scripted_channel between(1);
  used = &between;
  other = &sender_;
  receiver_.meanwhile = [](scripted_unit& unit) { unit.meanwhile = [](scripted_unit&) { used->put(*other, 7); }; };
  EXPECT_EQ(between.get(receiver_), 7);
  EXPECT_EQ(told_, (std::vector<std::string>{"receiver parks", "receiver parks", "sender wakes receiver"}));
}

}  // namespace
}  // namespace unitcost::runtime
