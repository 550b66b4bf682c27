#include "benchmarks/load/due_answers.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace unitcost::load {
namespace {

TEST(due_answers, are_due_one_delay_after_they_were_asked_for) {
  due_answers answers(100);
  answers.asked(7, 1000);
  EXPECT_EQ(answers.next_ns(), 1100);
  EXPECT_EQ(answers.take(1099), std::nullopt);
  EXPECT_EQ(answers.take(1100), (due_answers::due{1100, 7}));
}

TEST(due_answers, come_in_the_order_in_which_they_were_asked_for) {
  due_answers answers(100);
  answers.asked(7, 1000);
  answers.asked(3, 1010);
  EXPECT_EQ(answers.take(5000)->connection, 7u);
  EXPECT_EQ(answers.next_ns(), 1110);
  EXPECT_EQ(answers.take(5000)->connection, 3u);
}

TEST(due_answers, are_never_due_where_nobody_asked) {
  due_answers answers(100);
  EXPECT_EQ(answers.next_ns(), due_answers::never_ns);
  EXPECT_EQ(answers.take(due_answers::never_ns - 1), std::nullopt);
}

}  // namespace
}  // namespace unitcost::load
