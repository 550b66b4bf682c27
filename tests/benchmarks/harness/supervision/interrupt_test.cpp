#include "benchmarks/harness/supervision/interrupt.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>

namespace unitcost::harness {
namespace {

bool readable(interrupt const& watched) {
  pollfd asked{watched.descriptor(), POLLIN, 0};
  return ::poll(&asked, 1, 0) == 1;
}

TEST(interrupt, is_not_requested_before_a_signal_comes) {
  interrupt watched;
  EXPECT_FALSE(readable(watched));
  EXPECT_FALSE(watched.requested());
}

TEST(interrupt, is_readable_and_stays_requested_after_either_signal) {
  for (int signal : {SIGINT, SIGTERM}) {
    interrupt watched;
    ::raise(signal);
    EXPECT_TRUE(readable(watched));
    EXPECT_TRUE(watched.requested());
    EXPECT_FALSE(readable(watched));
    EXPECT_TRUE(watched.requested());
  }
}

TEST(interrupt, survives_a_second_signal_that_nobody_asked_about) {
  EXPECT_EXIT(
      {
        {
          interrupt watched;
          ::raise(SIGINT);
          (void)watched.requested();
          ::raise(SIGINT);
          ::raise(SIGTERM);
        }
        ::_exit(7);
      },
      testing::ExitedWithCode(7), "");
}

TEST(interrupt, lets_signals_end_the_process_again_when_it_is_gone) {
  EXPECT_EXIT(
      {
        { interrupt watched; }
        ::raise(SIGINT);
        ::_exit(7);
      },
      testing::KilledBySignal(SIGINT), "");
}

TEST(interrupt, lets_signals_end_a_child_that_restores_them) {
  EXPECT_EXIT(
      {
        interrupt watched;
        interrupt::restore_in_child();
        ::raise(SIGTERM);
        ::_exit(7);
      },
      testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace unitcost::harness
