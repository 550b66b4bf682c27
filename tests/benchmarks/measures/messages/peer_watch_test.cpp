#include "benchmarks/measures/messages/peer_watch.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include <cerrno>
#include <stdexcept>

namespace unitcost::measures {
namespace {

constexpr int enough_ms = 10'000;  // a bound for what would never come

/// Blocks SIGALRM, and lets it in again.
class blocked_alarm {
 public:
  blocked_alarm() {
    sigset_t alarm;
    ::sigemptyset(&alarm);
    ::sigaddset(&alarm, SIGALRM);
    ::pthread_sigmask(SIG_BLOCK, &alarm, &before_);
  }
  blocked_alarm(blocked_alarm const&) = delete;
  blocked_alarm& operator=(blocked_alarm const&) = delete;
  ~blocked_alarm() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

bool alarm_is_blocked() {
  sigset_t now;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
  return ::sigismember(&now, SIGALRM) == 1;
}

bool a_wait_is_interrupted() { return ::poll(nullptr, 0, enough_ms) < 0 && errno == EINTR; }

TEST(peer_watch, interrupts_a_wait_and_looks_then) {
  int looks = 0;
  peer_watch watch(peer_watch::for_ever, [&looks] { ++looks; });
  watch.look();
  ASSERT_TRUE(a_wait_is_interrupted());
  watch.look();
  EXPECT_EQ(looks, 1);
}

TEST(peer_watch, interrupts_also_where_its_signal_was_blocked_and_leaves_it_blocked) {
  blocked_alarm const blocked;
  {
    peer_watch watch(peer_watch::for_ever, [] {});
    EXPECT_FALSE(alarm_is_blocked());
    EXPECT_TRUE(a_wait_is_interrupted());
  }
  EXPECT_TRUE(alarm_is_blocked());
}

TEST(peer_watch, leaves_the_signal_let_in_where_it_was) {
  ASSERT_FALSE(alarm_is_blocked());
  {
    peer_watch watch(peer_watch::for_ever, [] {});
  }
  EXPECT_FALSE(alarm_is_blocked());
}

TEST(peer_watch, loses_patience_when_nothing_comes_or_goes) {
  peer_watch watch(0, [] {});
  ASSERT_TRUE(a_wait_is_interrupted());
  EXPECT_THROW(watch.look(), std::runtime_error);
}

TEST(peer_watch, has_patience_with_what_goes_on) {
  peer_watch watch(0, [] {});
  ASSERT_TRUE(a_wait_is_interrupted());
  watch.note_progress();
  EXPECT_NO_THROW(watch.look());
}

}  // namespace
}  // namespace unitcost::measures
