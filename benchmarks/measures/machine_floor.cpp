#include "benchmarks/measures/machine_floor.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>
#include <numeric>
#include <string>
#include <system_error>

#include "benchmarks/measures/all.hpp"
#include "benchmarks/measures/kernel_iteration.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/cpu_confinement.hpp"
#include "impl/runtime/posix_thread.hpp"

namespace unitcost::measures {

long system_calls::ask_for_parent() { return ::syscall(SYS_getppid); }

system_calls::system_calls(call made) : call_(made), answer_(::getppid()) {}

std::int64_t system_calls::time(std::uint64_t calls) {
  std::uint64_t answered = 0;
  std::int64_t const begun = runtime::now_ns();
  for (std::uint64_t count = 0; count < calls; ++count) answered += call_() == answer_;
  std::int64_t const elapsed = runtime::now_ns() - begun;
  proof_.done += answered;
  proof_.due += calls;
  return elapsed;
}

namespace {

/// Private and anonymous, of pages of the system's size.
class fresh_mapping {
 public:
  explicit fresh_mapping(std::size_t bytes) : bytes_(bytes) {
    start_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start_ == MAP_FAILED)
      throw std::system_error(errno, std::generic_category(), "mapping " + std::to_string(bytes) + " bytes");
    // Refused by a kernel without huge pages, which is as well.
    ::madvise(start_, bytes, MADV_NOHUGEPAGE);
  }
  fresh_mapping(fresh_mapping const&) = delete;
  fresh_mapping& operator=(fresh_mapping const&) = delete;
  ~fresh_mapping() { ::munmap(start_, bytes_); }

  /// Volatile: a write whose value nobody reads is made all the same.
  std::byte volatile* begin() const { return static_cast<std::byte volatile*>(start_); }

 private:
  void* start_;
  std::size_t bytes_;
};

std::uint64_t faults_of_this_thread() {
  rusage used{};
  ::getrusage(RUSAGE_THREAD, &used);
  return static_cast<std::uint64_t>(used.ru_minflt);
}

}  // namespace

std::int64_t page_faults::touch_fresh(std::size_t pages) {
  static std::size_t const page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  fresh_mapping const mapping(pages * page_bytes);
  auto const touch_all = [&] {
    for (std::size_t page = 0; page < pages; ++page) mapping.begin()[page * page_bytes] = std::byte{1};
  };
  if (populated_) touch_all();
  std::uint64_t const before = faults_of_this_thread();
  std::int64_t const begun = runtime::now_ns();
  touch_all();
  std::int64_t const elapsed = runtime::now_ns() - begun;
  // More than one a page may be others': this code's own first run, say.
  proof_.done += std::min<std::uint64_t>(faults_of_this_thread() - before, pages);
  proof_.due += pages;
  return elapsed;
}

std::int64_t page_faults::time(std::uint64_t faults) {
  constexpr std::uint64_t most_at_once = 1024;
  std::int64_t elapsed = 0;
  for (std::uint64_t left = faults; left > 0;) {
    std::uint64_t const now = std::min(left, most_at_once);
    elapsed += touch_fresh(now);
    left -= now;
  }
  return elapsed;
}

memory_copies::memory_copies() : from_(bytes / sizeof(std::uint64_t)), to_(from_.size(), 1) {
  std::iota(from_.begin(), from_.end(), std::uint64_t{1});
}

std::int64_t memory_copies::time(std::uint64_t copies) {
  std::int64_t elapsed = 0;
  for (std::uint64_t count = 0; count < copies; ++count) {
    ++from_.front();  // one copy differs from the next
    ++from_.back();
    std::int64_t const begun = runtime::now_ns();
    std::memcpy(to_.data(), from_.data(), bytes);
    elapsed += runtime::now_ns() - begun;
    proof_.done += to_.front() == from_.front() && to_.back() == from_.back();
  }
  proof_.due += copies;
  return elapsed;
}

std::int64_t line_transfers::time(std::uint64_t transfers) {
  constexpr std::uint64_t untimed = 200;  // until both threads run
  std::uint64_t const due = untimed + std::max<std::uint64_t>(transfers + transfers % 2, 2);
  alignas(std::hardware_destructive_interference_size) std::atomic<std::uint64_t> turn{0};
  std::int64_t begun = 0, ended = 0;
  // Release and acquire: what a thread did before its turn ended is seen by the other, `begun` and `ended` by us after
  // the join. Relaxed would do for the counter alone.
  auto const advance = [&](std::uint64_t parity) {
    for (std::uint64_t mine = parity; mine < due; mine += 2) {
      while (turn.load(std::memory_order_acquire) != mine) {
      }
      if (mine == untimed) begun = clock_();
      turn.store(mine + 1, std::memory_order_release);
    }
    if (parity == 1) return;
    // Who began has the line back: what the other stored last has been handed over, too.
    while (turn.load(std::memory_order_acquire) != due) {
    }
    ended = clock_();
  };
  {
    runtime::posix_thread const first({.cpu = first_cpu_}, [&] { advance(0); });
    runtime::posix_thread const second({.cpu = second_cpu_}, [&] { advance(1); });
  }
  proof_.done += turn.load(std::memory_order_relaxed);
  proof_.due += due;
  return (ended - begun) * static_cast<std::int64_t>(transfers) / static_cast<std::int64_t>(due - untimed);
}

namespace {

/// Times `operation` for a share of the measure's time; returns nanoseconds of one. `given` is told the proof.
template <class Operation>
double ns_of_one(Operation& operation, harness::measurement& given) {
  auto const timed =
      given.time_loop(given.measuring_s() / 8, [&](std::uint64_t count) { return operation.time(count); });
  given.check(operation.proof().done, operation.proof().due, 0, 0);
  return timed.ns_per_iteration;
}

void report_ns(harness::measurement& given, std::string name, std::string label, double value) {
  given.report({.name = std::move(name), .label = std::move(label), .value = value, .unit = "ns"}, "CLOCK_MONOTONIC");
}

void measure_machine_floor(harness::measurement& given) {
  auto const cpus = given.first_cpus(given.settings().cpus.size() > 1 ? 2 : 1);
  if (cpus.size() > 1) {
    line_transfers transfers(cpus[0], cpus[1]);
    report_ns(given, "cache_line_ns", "a cache line handed from one CPU to the other", ns_of_one(transfers, given));
  } else {
    given.note("one CPU only: no cache line is handed over");
  }
  runtime::confine_to({cpus[0]});
  system_calls calls;
  report_ns(given, "system_call_ns", "a system call", ns_of_one(calls, given));
  page_faults faults;
  report_ns(given, "page_fault_ns", "the first write to a page", ns_of_one(faults, given));
  memory_copies copies;
  double const copy_ns = ns_of_one(copies, given);
  given.report({.name = "copied_bytes_per_second",
                .label = "memory copied",
                .value = memory_copies::bytes * 1e9 / copy_ns,
                .unit = "bytes/s",
                .better = harness::direction::greater},
               "CLOCK_MONOTONIC");
  report_ns(given, "compute_step_ns", "a step of plain computing", kernel_iteration_ns({cpus[0]}));
}

}  // namespace

void add_machine_floor(harness::registry& all) {
  auto one = case_of("floor", machine_floor_info, "machine", "", harness::profile::quick);
  one.model_file = "benchmarks/measures/machine_floor.cpp";
  one.is_reference = true;
  one.cpus_used = 2;
  one.run = measure_machine_floor;
  all.add(one);
}

}  // namespace unitcost::measures
