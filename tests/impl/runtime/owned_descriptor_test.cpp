#include "impl/runtime/owned_descriptor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "impl/model.hpp"

namespace unitcost::runtime {
namespace {

bool is_open(int descriptor) { return ::fcntl(descriptor, F_GETFD) >= 0; }
owned_descriptor any() { return opened(::open("/dev/null", O_RDONLY | O_CLOEXEC), "opening /dev/null"); }

TEST(owned_descriptor, is_closed_at_the_end_of_its_life) {
  int number = -1;
  {
    owned_descriptor const owned = any();
    number = owned.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(owned_descriptor, is_closed_when_it_is_reset_and_owns_nothing_then) {
  owned_descriptor owned = any();
  int const number = owned.get();
  owned.reset();
  EXPECT_FALSE(is_open(number));
  EXPECT_LT(owned.get(), 0);
  owned.reset();
}

TEST(owned_descriptor, passes_to_one_new_owner_when_it_is_moved) {
  owned_descriptor from = any();
  int const number = from.get();
  {
    owned_descriptor const to = std::move(from);
    EXPECT_EQ(to.get(), number);
    EXPECT_LT(from.get(), 0);  // NOLINT(bugprone-use-after-move): what a move leaves is the test's subject
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(owned_descriptor, closes_at_once_what_it_owned_when_another_is_assigned) {
  owned_descriptor owned = any(), other = any();
  int const first = owned.get(), second = other.get();
  owned = std::move(other);
  EXPECT_FALSE(is_open(first));
  EXPECT_EQ(owned.get(), second);
  EXPECT_TRUE(is_open(second));
}

TEST(opened, takes_the_error_of_a_call_that_failed) {
  errno = ENOENT;
  try {
    opened(-1, "opening nothing");
    ADD_FAILURE() << "a failure was taken for a descriptor";
  } catch (std::system_error const& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
  }
}

TEST(opened, tells_a_limit_from_other_errors) {
  for (int const error : {EMFILE, ENFILE}) {
    errno = error;
    EXPECT_THROW(opened(-1, "opening one too many"), limit_reached);
  }
}

TEST(open_pipe, carries_bytes_from_one_end_to_the_other_and_is_closed_by_exec) {
  pipe_ends const ends = open_pipe();
  char const sent = 'x';
  char received = 0;
  ASSERT_EQ(::write(ends.writing.get(), &sent, 1), 1);
  ASSERT_EQ(::read(ends.reading.get(), &received, 1), 1);
  EXPECT_EQ(received, sent);
  EXPECT_EQ(::fcntl(ends.reading.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(::fcntl(ends.writing.get(), F_GETFD), FD_CLOEXEC);
}

}  // namespace
}  // namespace unitcost::runtime
