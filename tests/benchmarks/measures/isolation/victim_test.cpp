#include "benchmarks/measures/isolation/victim.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>

namespace unitcost::measures {
namespace {

constexpr std::int64_t long_ns = 60'000'000'000;

bool is_childless() { return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

TEST(victim, that_ends_by_itself_says_how) {
  victim sound([] {}), thrown([] { throw std::runtime_error("a fault"); }), killed([] { ::raise(SIGKILL); });
  for (victim* each : {&sound, &thrown, &killed}) EXPECT_TRUE(each->ends_within(long_ns));
  EXPECT_TRUE(sound.reap().clean());
  EXPECT_EQ(thrown.reap().status, 1);
  EXPECT_THROW(thrown.rethrow_failure(), std::runtime_error);
  EXPECT_NO_THROW(sound.rethrow_failure());
  EXPECT_EQ(killed.reap().signal, SIGKILL);
  EXPECT_TRUE(is_childless());
}

TEST(victim, that_hangs_is_killed_with_its_family) {
  {
    victim hanging([] {
      if (::fork() >= 0)
        for (;;) ::pause();
    });
    EXPECT_FALSE(hanging.ends_within(0));
    EXPECT_EQ(hanging.reap().signal, SIGKILL);
  }
  EXPECT_TRUE(is_childless());
}

TEST(victim, leaves_no_orphan_when_it_dies_alone) {
  {
    victim parent([] {
      if (::fork() == 0)
        for (;;) ::pause();
    });
    EXPECT_TRUE(parent.ends_within(long_ns));
  }
  EXPECT_TRUE(is_childless());
}

TEST(victim, gives_back_who_is_reaper) {
  {
    victim one([] {});
  }
  int is_subreaper = 1;
  ::prctl(PR_GET_CHILD_SUBREAPER, &is_subreaper);
  EXPECT_EQ(is_subreaper, 0);
}

}  // namespace
}  // namespace unitcost::measures
