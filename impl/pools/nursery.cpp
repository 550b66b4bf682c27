#include "impl/pools/nursery.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <string>
#include <system_error>
#include <utility>

#include "impl/process/fork_child.hpp"
#include "impl/runtime/pinning.hpp"

namespace unitcost::pools {
namespace {

/// How long a worker that the kernel refused is not asked for again: long enough to cost nothing, and for others to
/// end.
constexpr long retry_after_ns = 20'000'000;

/// An end of file would wait for the last copy of a descriptor, and any fork in the client makes copies of all: two
/// nurseries could keep each other alive. A pidfd tells of the process itself.
runtime::owned_descriptor end_of(pid_t process) {
  return runtime::opened(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)),
                         "watching a process by pidfd_open (Linux 5.3 or newer)");
}

bool is_readable(int descriptor) {
  pollfd asked{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&asked, 1, 0) == 1;
}

/// Makes a child's end interrupt ppoll, and nothing else interrupt anything: Ctrl-C is for the client, whose end is
/// noticed. Returns the mask under which workers live.
sigset_t block_all_signals() {
  struct sigaction interrupting {};
  interrupting.sa_handler = [](int) {};
  ::sigaction(SIGCHLD, &interrupting, nullptr);
  sigset_t all, before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  return before;
}

}  // namespace

nursery::nursery(unsigned workers, std::vector<int> cpus, std::function<void(unsigned)> work,
                 runtime::doorbell const& reports)
    : cpus_(std::move(cpus)), work_(std::move(work)), reports_(reports), records_(workers) {
  runtime::owned_descriptor const client = end_of(::getpid());
  process_ = processes::fork_child(*failure_, [&] { serve(client.get()); });
  try {
    process_end_ = end_of(process_);
  } catch (...) {
    kill();
    reap();
    throw;
  }
}

nursery::~nursery() {
  kill();
  reap();
}

void nursery::reap() {
  if (process_ != 0) processes::reap_quietly(std::exchange(process_, 0));
}

void nursery::start(unsigned worker) {
  // Release: what the client did with `end` is over.
  records_[worker].at.store(phase::wanted, std::memory_order_release);
  orders_.ring();
}

bool nursery::has_started(unsigned worker) const {
  record const& asked = records_[worker];
  // Acquire: the error number was written before.
  refusal const refused = asked.refused.load(std::memory_order_acquire);
  int const error_number = asked.error_number.load(std::memory_order_relaxed);
  if (refused == refusal::of_fork) processes::throw_launch_failure("fork", error_number);
  if (refused == refusal::of_cpu)
    throw std::system_error(error_number, std::generic_category(),
                            "pinning a worker to cpu " + std::to_string(cpus_[worker % cpus_.size()]));
  phase const at = asked.at.load(std::memory_order_relaxed);
  return at == phase::alive || at == phase::ended;
}

std::optional<processes::child_end> nursery::take_end(unsigned worker) {
  record& asked = records_[worker];
  if (asked.at.load(std::memory_order_acquire) != phase::ended) return std::nullopt;
  processes::child_end const end = asked.end;
  asked.at.store(phase::absent, std::memory_order_relaxed);
  return end;
}

void nursery::stop() { give(order::stop); }

void nursery::kill() { give(order::kill); }

void nursery::give(order what) {
  // Never back from kill to stop.
  for (order given = order_->load(); given < what && !order_->compare_exchange_weak(given, what);) {
  }
  orders_.ring();
}

bool nursery::has_ended() const { return is_readable(process_end_.get()); }

void nursery::serve(int client) {
  workers_mask_ = block_all_signals();
  sigset_t waiting;
  ::sigfillset(&waiting);
  ::sigdelset(&waiting, SIGCHLD);
  for (;;) {
    orders_.silence();
    reap_ended();
    order const given = is_readable(client) ? order::kill : order_->load();
    if (given == order::kill) kill_living();
    if (given != order::serve && !any(phase::alive)) ::_exit(0);
    if (given == order::serve) {
      for (unsigned worker = 0; worker < records_.size(); ++worker)
        if (records_[worker].at.load(std::memory_order_acquire) == phase::wanted) launch(worker);
    }
    std::array<pollfd, 2> events{{{orders_.descriptor(), POLLIN, 0}, {client, POLLIN, 0}}};
    timespec const retry{.tv_sec = 0, .tv_nsec = retry_after_ns};
    // A signal that came before is delivered here, at once: no end is missed between reap_ended and this.
    ::ppoll(events.data(), given == order::kill ? 0 : events.size(),
            given == order::serve && any(phase::wanted) ? &retry : nullptr, &waiting);
  }
}

void nursery::launch(unsigned worker) {
  record& launched = records_[worker];
  auto const refuse = [&](refusal by, int error_number) {
    launched.error_number.store(error_number, std::memory_order_relaxed);
    launched.refused.store(by, std::memory_order_release);
    reports_.ring();
  };
  try {
    runtime::pin_to(cpus_, worker);  // here, so that the worker is there from its first instruction
  } catch (std::system_error const& error) {
    return refuse(refusal::of_cpu, error.code().value());
  }
  pid_t const self = ::getpid(), pid = ::fork();
  if (pid < 0) return refuse(refusal::of_fork, errno);
  if (pid == 0) become_worker(worker, self);
  launched.end = {.pid = pid};
  launched.refused.store(refusal::none, std::memory_order_relaxed);
  launched.at.store(phase::alive, std::memory_order_relaxed);
  reports_.ring();
}

void nursery::become_worker(unsigned worker, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it ended before we could ask
  ::signal(SIGCHLD, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &workers_mask_, nullptr);
  work_(worker);
  ::_exit(0);
}

void nursery::reap_ended() {
  for (record& one : records_) {
    if (one.at.load(std::memory_order_relaxed) != phase::alive || !processes::peek_end(one.end.pid)) continue;
    one.end = processes::reap(one.end.pid);
    // Release: `end` is complete for the client.
    one.at.store(phase::ended, std::memory_order_release);
    reports_.ring();
  }
}

void nursery::kill_living() const {
  for (record const& one : records_)
    if (one.at.load(std::memory_order_relaxed) == phase::alive) ::kill(one.end.pid, SIGKILL);
}

bool nursery::any(phase which) const {
  return std::ranges::any_of(records_,
                             [&](record const& one) { return one.at.load(std::memory_order_relaxed) == which; });
}

}  // namespace unitcost::pools
