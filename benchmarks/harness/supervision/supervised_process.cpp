#include "benchmarks/harness/supervision/supervised_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <thread>

#include "benchmarks/harness/supervision/ownership_marker.hpp"
#include "benchmarks/harness/supervision/process_balance.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/owned_descriptor.hpp"

namespace unitcost::harness {
namespace {

using runtime::now_ns;
using runtime::owned_descriptor;
using runtime::pipe_ends;

bool confine_self(std::vector<int> const& cpus) {
  cpu_set_t wanted;
  CPU_ZERO(&wanted);
  for (int const cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &wanted);
  return ::sched_setaffinity(0, sizeof wanted, &wanted) == 0;
}

[[noreturn]] void become(std::vector<std::string> const& arguments, process_limits const& limits, cgroup const* group,
                         std::vector<int> const& cpus, environment_variables const& added, pipe_ends const& record,
                         pipe_ends const& output, std::string const& mark) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // should the supervisor be killed, at least the worker goes with it at once
  interrupt::restore_in_child();
  if (group != nullptr && group->join_self() != 0) ::_exit(126);
  if (!cpus.empty() && !confine_self(cpus)) ::_exit(126);
  rlimit const no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (group == nullptr && limits.processes > 0) {
    // Counts all processes of the user, so it is only a last resort; root is not bound by it.
    rlimit const process_count{limits.processes, limits.processes};
    ::setrlimit(RLIMIT_NPROC, &process_count);
  }
  ::setenv(ownership_variable, mark.c_str(), 1);
  // Our binary is linked with -z now, but libraries bind among themselves at first use: on whichever small stack that
  // is.
  ::setenv("LD_BIND_NOW", "1", 1);
  for (auto const& [name, value] : added) ::setenv(name.c_str(), value.c_str(), 1);
  int const nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(output.writing.get(), STDOUT_FILENO);
  ::dup2(output.writing.get(), STDERR_FILENO);
  // dup2 onto itself would leave close-on-exec set.
  if (record.writing.get() == record_descriptor)
    ::fcntl(record_descriptor, F_SETFD, 0);
  else
    ::dup2(record.writing.get(), record_descriptor);
  std::vector<char*> argv;
  for (std::string const& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

bool contains(std::vector<int> const& processes, int process) {
  return std::ranges::find(processes, process) != processes.end();
}

std::int64_t run_queue_wait_ns(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/schedstat");
  std::int64_t running = 0, waiting = 0;
  return in >> running >> waiting ? waiting : 0;
}

/// Private resident memory of all processes that carry the mark: what a memory cgroup would roughly charge. Counts a
/// page that forked children still share once per process, so it errs towards the limit.
std::uint64_t resident_bytes_of(std::vector<int> const& processes) {
  std::uint64_t total = 0;
  for (int process : processes) {
    std::ifstream in("/proc/" + std::to_string(process) + "/statm");
    std::uint64_t size = 0, resident = 0, file_backed = 0;
    if (in >> size >> resident >> file_backed) total += (resident - file_backed) * 4096;
  }
  return total;
}

std::uint64_t free_bytes_of_the_machine() {
  struct sysinfo now {};
  ::sysinfo(&now);
  return std::uint64_t{now.freeram} * now.mem_unit;
}

class supervision {
 public:
  supervision(process_limits const& limits, cgroup const* group, interrupt& interruption, std::vector<int> const& cpus,
              environment_variables const& added)
      : limits_(limits),
        group_(group),
        interruption_(interruption),
        cpus_(cpus),
        added_(added),
        mark_(next_ownership_mark()) {}

  process_outcome run(std::vector<std::string> const& arguments) {
    std::int64_t const started = now_ns();
    start(arguments);
    watch(started + static_cast<std::int64_t>(limits_.time_s * 1e9));
    reap();
    outcome_.wall_ns = now_ns() - started;
    clean_up();
    return std::move(outcome_);
  }

 private:
  void start(std::vector<std::string> const& arguments) {
    record_ = runtime::open_pipe();
    output_ = runtime::open_pipe();
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // orphans of the worker come to us, to be reaped
    child_ = ::fork();
    if (child_ < 0) throw std::system_error(errno, std::generic_category(), "starting a worker");
    if (child_ == 0) become(arguments, limits_, group_, cpus_, added_, record_, output_, mark_);
    ::setpgid(child_, child_);  // in both, so that neither has to wait for the other
    record_.writing.reset();
    output_.writing.reset();
    ::fcntl(record_.reading.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(output_.reading.get(), F_SETFL, O_NONBLOCK);
    exit_ = runtime::opened(static_cast<int>(::syscall(SYS_pidfd_open, child_, 0)),
                            "watching a worker by pidfd_open (Linux 5.3 or newer)");
  }

  void watch(std::int64_t deadline_ns) {
    for (bool running = true; running;) {
      std::array<pollfd, 4> watched{{{exit_.get(), POLLIN, 0},
                                     {record_.reading.get(), POLLIN, 0},
                                     {output_.reading.get(), POLLIN, 0},
                                     {interruption_.descriptor(), POLLIN, 0}}};
      ::poll(watched.data(), watched.size(), patience_ms(deadline_ns));
      running = (watched[0].revents & POLLIN) == 0;
      outcome_.output_exceeded |= !drain(record_.reading, outcome_.record_text, limits_.output_bytes);
      outcome_.output_exceeded |= !drain_output();
      outcome_.timed_out = running && now_ns() >= deadline_ns;
      outcome_.interrupted = interruption_.requested();
      if (running && group_ == nullptr && limits_.memory_bytes > 0 && may_have_grown()) {
        last_look_ns_ = now_ns();
        outcome_.memory_exceeded = resident_bytes_of(processes_marked(mark_)) > limits_.memory_bytes;
      }
      if (must_end()) return;
    }
  }

  /// A child that we end cannot clear away what it started, and is not blamed for it.
  bool must_end() const {
    return outcome_.timed_out || outcome_.output_exceeded || outcome_.interrupted || outcome_.memory_exceeded;
  }

  /// Whether it is worth looking at every process of the machine, which takes CPU time from those that are measured:
  /// one system call tells that the limit cannot have been met yet, as long as nobody else has freed as much meanwhile.
  /// So once a second it is worth it in any case.
  bool may_have_grown() const {
    constexpr std::int64_t look_every_ns = 1'000'000'000;
    std::uint64_t const half = limits_.memory_bytes / 2, now = free_bytes_of_the_machine();
    return now + half < free_bytes_before_ || now < half || now_ns() - last_look_ns_ >= look_every_ns;
  }

  int patience_ms(std::int64_t deadline_ns) const {
    std::int64_t const left_ms = std::max<std::int64_t>(0, deadline_ns - now_ns()) / 1'000'000 + 1;
    // Without a cgroup the memory limit is polled; 20 ms lets a hog grow by some 100 MB beyond it.
    return static_cast<int>(group_ == nullptr ? std::min<std::int64_t>(left_ms, 20) : left_ms);
  }

  /// Reads what is there; closes the pipe at its end, so that it is polled no longer. False when `limit` is exceeded.
  static bool drain(owned_descriptor& from, std::string& into, std::uint64_t limit) {
    std::array<char, 65536> buffer;
    while (from.get() >= 0) {
      ssize_t const got = ::read(from.get(), buffer.data(), buffer.size());
      if (got < 0) return true;
      if (got == 0) from.reset();
      into.append(buffer.data(), static_cast<std::size_t>(got));
      if (into.size() > limit) return false;
    }
    return true;
  }

  bool drain_output() {
    std::string chunk;
    bool const kept = drain(output_.reading, chunk, limits_.output_bytes);
    output_bytes_ += chunk.size();
    if (outcome_.output.size() < 4096) outcome_.output += chunk.substr(0, 4096 - outcome_.output.size());
    return kept && output_bytes_ <= limits_.output_bytes;
  }

  void reap() {
    if (must_end()) ::kill(child_, SIGKILL);
    siginfo_t ended{};
    while (::waitid(P_PID, static_cast<id_t>(child_), &ended, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    outcome_.run_queue_wait_ns = run_queue_wait_ns(child_);
    while (::wait4(child_, &outcome_.wait_status, 0, &outcome_.usage) < 0 && errno == EINTR) {
    }
    auto const& usage = outcome_.usage;
    outcome_.cpu_ns = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1'000'000'000ll +
                      (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1'000ll;
  }

  /// What the cgroup holds or the mark shows, and the orphans that a subreaper inherits: a mark cannot be read off a
  /// process that has cleared its environment or is just becoming another program.
  std::vector<int> survivors() const {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    std::vector<int> found = group_ != nullptr ? group_->processes() : processes_marked(mark_);
    for (int child : child_processes())
      if (!contains(earlier_children_, child) && !contains(found, child)) found.push_back(child);
    return found;
  }

  /// Kills and reaps whatever is left, and reads what the cgroup has counted.
  void clean_up() {
    if (!must_end()) outcome_.left_behind = survivors();
    // What is being killed may still fork: look again until nothing is left.
    for (int attempt = 0; attempt < 200; ++attempt) {
      auto const left = survivors();
      if (left.empty()) break;
      for (int process : left) ::kill(process, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (group_ == nullptr) return;
    outcome_.memory_exceeded |= group_->oom_kills() > 0;
    outcome_.processes_exceeded = group_->process_limit_hits() > 0;
    outcome_.cpu_ns = static_cast<std::int64_t>(group_->cpu_ns());
  }

  process_limits limits_;
  cgroup const* group_;
  interrupt& interruption_;
  std::vector<int> const& cpus_;
  environment_variables const& added_;
  std::string mark_;
  std::vector<int> earlier_children_ = child_processes();  ///< the guardian
  pid_t child_ = -1;
  pipe_ends record_, output_;
  owned_descriptor exit_;
  std::uint64_t output_bytes_ = 0;
  std::uint64_t free_bytes_before_ = free_bytes_of_the_machine();
  std::int64_t last_look_ns_ = now_ns();  // at the memory of all its processes
  process_outcome outcome_;
};

}  // namespace

process_outcome run_supervised(std::vector<std::string> const& arguments, process_limits const& limits,
                               cgroup const* group, interrupt& interruption, std::vector<int> const& cpus,
                               environment_variables const& added) {
  return supervision(limits, group, interruption, cpus, added).run(arguments);
}

}  // namespace unitcost::harness
