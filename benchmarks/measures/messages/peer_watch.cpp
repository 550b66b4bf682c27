#include "benchmarks/measures/messages/peer_watch.hpp"

#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "impl/runtime/clock.hpp"

namespace unitcost::measures {
namespace {

void require_watch(int outcome, char const* doing) {
  if (outcome != 0) throw std::system_error(errno, std::generic_category(), doing);
}

/// Also of a signal that somebody else sends, which has no counter.
void count_tick(int, siginfo_t* told, void*) {
  if (told->si_code != SI_TIMER || told->si_value.sival_ptr == nullptr) return;
  static_cast<std::atomic<std::uint32_t>*>(told->si_value.sival_ptr)->fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

peer_watch::peer_watch(std::int64_t patience_ns, std::function<void()> look_after)
    : patience_ns_(patience_ns), look_after_(std::move(look_after)), progress_ns_(runtime::now_ns()) {
  static_assert(std::atomic<std::uint32_t>::is_always_lock_free, "else a handler may not touch it");
  struct sigaction action {};
  action.sa_sigaction = count_tick;
  action.sa_flags = SA_SIGINFO;  // not SA_RESTART: the calls are to return
  require_watch(::sigaction(SIGALRM, &action, &before_), "handling SIGALRM");
  sigset_t alarm, blocked;
  ::sigemptyset(&alarm);
  ::sigaddset(&alarm, SIGALRM);
  ::pthread_sigmask(SIG_UNBLOCK, &alarm, &blocked);
  was_blocked_ = ::sigismember(&blocked, SIGALRM) == 1;
  sigevent by{};
  by.sigev_notify = SIGEV_THREAD_ID;
  by.sigev_signo = SIGALRM;
  by.sigev_value.sival_ptr = &ticks_;
  by._sigev_un._tid = ::gettid();
  if (::timer_create(CLOCK_MONOTONIC, &by, &timer_) != 0) {
    int const error = errno;
    restore_signal();
    throw std::system_error(error, std::generic_category(), "making a timer");
  }
  timespec const period{.tv_sec = 0, .tv_nsec = period_ns};
  itimerspec const each{.it_interval = period, .it_value = period};
  ::timer_settime(timer_, 0, &each, nullptr);
}

peer_watch::~peer_watch() {
  // timer_delete(2) leaves open what becomes of a tick that is pending. It would be pending for this thread, which lets
  // it in: it is handled when that call returns, while there is still the handler, and none comes later.
  ::timer_delete(timer_);
  restore_signal();
}

void peer_watch::restore_signal() {
  // The other way round, the signal could come where it was blocked, to whom did not expect it.
  if (was_blocked_) {
    sigset_t alarm;
    ::sigemptyset(&alarm);
    ::sigaddset(&alarm, SIGALRM);
    ::pthread_sigmask(SIG_BLOCK, &alarm, nullptr);
  }
  ::sigaction(SIGALRM, &before_, nullptr);
}

void peer_watch::look_closely(std::uint32_t now) {
  seen_ = now;
  look_after_();
  std::int64_t const at_ns = runtime::now_ns();
  if (progress_ != progress_seen_) {
    progress_seen_ = progress_;
    progress_ns_ = at_ns;
  } else if (at_ns - progress_ns_ > patience_ns_) {
    throw std::runtime_error("no message went or came for " + std::to_string(patience_ns_ / 1'000'000) +
                             " ms, and the other party is alive: one was lost, or it hangs");
  }
}

}  // namespace unitcost::measures
