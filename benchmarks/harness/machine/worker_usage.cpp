#include "benchmarks/harness/machine/worker_usage.hpp"

#include <sys/resource.h>
#include <time.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

#include "benchmarks/harness/supervision/process_balance.hpp"

namespace unitcost::harness {
namespace {

std::int64_t clock_ns(clockid_t clock) {
  timespec read{};
  if (::clock_gettime(clock, &read) != 0)
    throw std::system_error(errno, std::generic_category(), "reading a worker's CPU clock");
  return std::int64_t{read.tv_sec} * 1'000'000'000 + read.tv_nsec;
}

std::int64_t cpu_ns_of(int process) {
  clockid_t clock{};
  if (int const error = ::clock_getcpuclockid(process, &clock); error != 0)
    throw std::system_error(error, std::generic_category(), "a worker's CPU clock");
  return clock_ns(clock);
}

std::uint64_t sleeps_of(int process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  std::uint64_t sleeps = 0;
  for (std::string word; status >> word;)
    if (word == "voluntary_ctxt_switches:" && status >> sleeps) return sleeps;
  throw std::system_error(ESRCH, std::generic_category(), "a worker's context switches");
}

std::uint64_t sleeps_by(int whose) {
  rusage used{};
  ::getrusage(whose, &used);
  return static_cast<std::uint64_t>(used.ru_nvcsw);
}

}  // namespace

worker_usage read_worker_usage() {
  worker_usage out{.workers = read_process_balance().threads - 1};
  for (int const child : child_processes()) {
    ++out.workers;
    out.cpu_ns += cpu_ns_of(child);
    out.sleeps += sleeps_of(child);
  }
  out.sleeps += sleeps_by(RUSAGE_SELF) - sleeps_by(RUSAGE_THREAD);
  std::int64_t const own_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
  out.cpu_ns += clock_ns(CLOCK_PROCESS_CPUTIME_ID) - own_ns;
  return out;
}

}  // namespace unitcost::harness
