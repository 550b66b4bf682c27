#include "benchmarks/measures/scheduling/task_account.hpp"

#include <sys/resource.h>
#include <time.h>

#include "benchmarks/harness/machine/system_file.hpp"
#include "impl/model.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::measures {
namespace {

queue_account own_queue_account() {
  auto const line = harness::system_file("/proc/thread-self/schedstat").text_if_readable();
  auto const found = line ? queue_account_in(*line) : std::nullopt;
  if (!found)
    throw not_supported("the kernel does not count how long a thread waits for a CPU (/proc/thread-self/schedstat)");
  return *found;
}

rusage own_usage() {
  rusage used{};
  ::getrusage(RUSAGE_THREAD, &used);
  return used;
}

/// schedstat has that too, but as of the last tick.
std::int64_t own_cpu_ns() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

}  // namespace

std::optional<queue_account> queue_account_in(std::string_view line) {
  auto const words = harness::words_of(line);
  if (words.size() != 3) return std::nullopt;
  auto const ran = harness::number_in(words[0]), waited = harness::number_in(words[1]);
  auto const turns = harness::number_in(words[2]);
  // Whoever reads this runs, so it had a turn: 0 is written where nobody counts.
  if (!ran || !waited || !turns || *turns == 0) return std::nullopt;
  return queue_account{.waited_ns = static_cast<std::int64_t>(*waited), .turns = *turns};
}

task_account read_own_account() {
  task_account out;
  queue_account before, after = own_queue_account();
  do {
    before = after;
    out.at_ns = runtime::now_ns();
    out.running_ns = own_cpu_ns();
    after = own_queue_account();
  } while (before != after);
  out.runnable_ns = after.waited_ns;
  out.switches = own_switches();
  return out;
}

std::uint64_t own_switches() {
  rusage const used = own_usage();
  return static_cast<std::uint64_t>(used.ru_nvcsw) + static_cast<std::uint64_t>(used.ru_nivcsw);
}

std::uint64_t own_preemptions() { return static_cast<std::uint64_t>(own_usage().ru_nivcsw); }

}  // namespace unitcost::measures
