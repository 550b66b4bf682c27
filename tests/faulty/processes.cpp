// Workers whose children outlive them, hide from them, or multiply.
#include <sys/wait.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include "benchmarks/harness/machine/cgroup.hpp"
#include "benchmarks/harness/machine/scoped_cgroup.hpp"
#include "impl/model.hpp"
#include "impl/runtime/shared_region.hpp"
#include "tests/faulty/fault.hpp"

namespace unitcost::faulty {
namespace {

using harness::measurement;

/// A fork that must not fail.
pid_t fork_or_throw() {
  pid_t const child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  return child;
}

void leave_child_ignoring_sigterm(measurement&) {
  if (fork_or_throw() != 0) return;
  ::signal(SIGTERM, SIG_IGN);
  linger();
}

/// setsid and a second fork: the grandchild has neither parent, session nor process group in common with the worker.
void leave_daemon(measurement&) {
  pid_t const child = fork_or_throw();
  if (child == 0) {
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    ::signal(SIGTERM, SIG_IGN);
    linger();
  }
  ::waitpid(child, nullptr, 0);
}

void hang_with_family(measurement& given) {
  leave_child_ignoring_sigterm(given);
  leave_daemon(given);
  linger();
}

void crash_with_family(measurement& given) {
  leave_child_ignoring_sigterm(given);
  leave_daemon(given);
  std::abort();
}

/// The bomb is lit only in a control group of our own, whose process limit it lowers first: so it meets that limit
/// with this few processes, and the machine does not notice.
void lower_own_process_limit() {
  constexpr std::uint64_t most_at_once = 32;
  auto const hierarchy = harness::cgroup_hierarchy::detect();
  auto const folder = hierarchy.folders.find(harness::cgroup_controller::process_count);
  if (folder == hierarchy.folders.end() || harness::scoped_cgroup::maker_of(folder->second.filename().string()) == 0)
    throw not_supported("a fork bomb is lit only in a control group of its own");
  harness::cgroup(hierarchy.version, hierarchy.folders).set_process_limit(most_at_once);
}

/// Children go on forking while they are being killed, which is what makes a bomb hard to clear away.
void fork_bomb(measurement&) {
  constexpr int most_forks = 20'000;
  lower_own_process_limit();
  runtime::shared_object<std::atomic<int>> forks_left(most_forks);
  pid_t const root = ::getpid();
  while ((*forks_left)-- > 0) {
    if (::fork() >= 0) continue;
    if (::getpid() == root) throw std::system_error(errno, std::generic_category(), "fork");
    ::usleep(1000);
  }
  if (::getpid() != root) ::_exit(0);
}

}  // namespace

void add_processes(harness::registry& all) {
  add_fault(all, "child_left_behind", leave_child_ignoring_sigterm);
  add_fault(all, "daemon_left_behind", leave_daemon);
  add_fault(all, "hang_with_family", hang_with_family);
  add_fault(all, "crash_with_family", crash_with_family);
  add_fault(all, "fork_bomb", fork_bomb);
}

}  // namespace unitcost::faulty
