#include "benchmarks/harness/supervision/guardian.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <system_error>
#include <thread>

#include "benchmarks/harness/machine/scoped_cgroup.hpp"
#include "benchmarks/harness/supervision/ownership_marker.hpp"
#include "impl/runtime/ignored_broken_pipes.hpp"

namespace unitcost::harness {
namespace {

/// What is being killed may still fork, so the sweep repeats until it finds nothing, for at most two seconds.
void kill_marked(std::string const& prefix) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    auto const left = processes_marked_by_prefix(prefix);
    if (left.empty()) return;
    for (int process : left) ::kill(process, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// A dying process closes its pipes a moment before it has ended, and only then are its groups stale.
void await_end_of(pid_t supervisor) {
  for (int attempt = 0; attempt < 100 && ::getppid() == supervisor; ++attempt)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

[[noreturn]] void watch(runtime::owned_descriptor const& lifeline, std::string const& prefix, pid_t supervisor) {
  ::setsid();  // the terminal's Ctrl-C is for the supervisor, and so is what ends a whole group or scope
  for (int const ending : {SIGINT, SIGTERM, SIGHUP}) ::signal(ending, SIG_IGN);
  // Standard streams of a pipeline must not be kept open by a process nobody sees.
  int const nothing = ::open("/dev/null", O_RDWR);
  for (int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, standard);
  char word = 0;
  ssize_t got = 0;
  while ((got = ::read(lifeline.get(), &word, 1)) < 0 && errno == EINTR) {
  }
  if (got == 0) {
    kill_marked(prefix);
    await_end_of(supervisor);
    scoped_cgroup::remove_stale(cgroup_hierarchy::detect());
  }
  ::_exit(0);
}

}  // namespace

guardian::guardian() {
  std::string const prefix = ownership_prefix();
  pid_t const supervisor = ::getpid();
  runtime::pipe_ends lifeline = runtime::open_pipe();
  process_ = ::fork();
  if (process_ < 0) throw std::system_error(errno, std::generic_category(), "starting the guardian");
  if (process_ == 0) {
    lifeline.writing.reset();
    watch(lifeline.reading, prefix, supervisor);
  }
  lifeline_ = std::move(lifeline.writing);
}

guardian::~guardian() {
  runtime::ignored_broken_pipes const ignored;  // by somebody who has killed it
  char const farewell = 'q';
  (void)!::write(lifeline_.get(), &farewell, 1);
  ::waitpid(process_, nullptr, 0);
}

}  // namespace unitcost::harness
