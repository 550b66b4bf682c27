#include "benchmarks/harness/supervision/descriptor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <utility>

namespace unitcost::harness {
namespace {

bool is_open(int number) { return ::fcntl(number, F_GETFD) >= 0; }

descriptor open_descriptor() { return descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

TEST(descriptor, owns_nothing_at_first) { EXPECT_EQ(descriptor().get(), -1); }

TEST(descriptor, is_closed_with_its_object) {
  int number = -1;
  {
    descriptor const owned = open_descriptor();
    number = owned.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(descriptor, is_closed_by_reset_which_may_be_called_twice) {
  descriptor owned = open_descriptor();
  int const number = owned.get();
  owned.reset();
  EXPECT_FALSE(is_open(number));
  owned.reset();
  EXPECT_EQ(owned.get(), -1);
}

TEST(descriptor, stays_open_when_it_is_moved) {
  descriptor first = open_descriptor();
  int const number = first.get();
  descriptor second = std::move(first);
  EXPECT_EQ(second.get(), number);
  EXPECT_TRUE(is_open(number));
}

TEST(descriptor, closes_what_it_held_when_another_is_assigned_and_that_one_goes) {
  descriptor first = open_descriptor();
  int const before = first.get();
  int after = -1;
  {
    descriptor second = open_descriptor();
    after = second.get();
    first = std::move(second);
  }
  EXPECT_FALSE(is_open(before));
  EXPECT_EQ(first.get(), after);
  EXPECT_TRUE(is_open(after));
}

TEST(make_pipe, joins_two_ends_that_no_program_inherits) {
  pipe_ends const ends = make_pipe();
  ASSERT_EQ(::write(ends.writing.get(), "x", 1), 1);
  char got = 0;
  EXPECT_EQ(::read(ends.reading.get(), &got, 1), 1);
  EXPECT_EQ(got, 'x');
  EXPECT_NE(::fcntl(ends.reading.get(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_NE(::fcntl(ends.writing.get(), F_GETFD) & FD_CLOEXEC, 0);
}

}  // namespace
}  // namespace unitcost::harness
