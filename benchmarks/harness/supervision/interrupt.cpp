#include "benchmarks/harness/supervision/interrupt.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace unitcost::harness {
namespace {

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

interrupt::interrupt() {
  sigset_t const set = watched_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  signals_ = runtime::opened(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
}

interrupt::~interrupt() {
  // What has come and not been asked for would be delivered, and end the process, as soon as it is unblocked.
  signalfd_siginfo ignored;
  while (::read(signals_.get(), &ignored, sizeof ignored) == sizeof ignored) {
  }
  restore_in_child();
}

bool interrupt::requested() {
  signalfd_siginfo received;
  if (::read(signals_.get(), &received, sizeof received) == sizeof received) requested_ = true;
  return requested_;
}

void interrupt::restore_in_child() {
  sigset_t const set = watched_signals();
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace unitcost::harness
