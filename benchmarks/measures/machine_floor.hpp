// primitives, workload machine: what the machine itself takes for what every unit is made of. Two machines are compared
// by it first: no model is faster than these.
//
// Each operation counts what it did by other means than its loop's own counter, so that a call that was optimised
// away, or a page that was there already, is a wrong result and no fast machine.
#pragma once

#include <sys/resource.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "benchmarks/harness/cases/case.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info machine_floor_info{
    .name = "primitives",
    .question = "What does the machine itself take for a system call, a page fault, a copy, a step of computing?",
    .from = "just before the first operation of a stretch",
    .to = "the last one of the stretch is done",
    .unit = "ns per operation; bytes per second for the copy",
    .method =
        "loops on one CPU that do nothing else: getppid by syscall(2); the first write to each page of a fresh mapping "
        "without huge pages; memcpy of 32 MiB, more than caches hold beside its target; steps of the kernel of grain, "
        "each of which needs the one before; and, on two CPUs, a counter that two threads advance by turns. Medians "
        "over stretches; nothing is subtracted",
    .source = "CLOCK_MONOTONIC",
    .file = "benchmarks/measures/machine_floor.cpp"};

/// How often an operation was to be done, and how often it is proved to have been.
struct proof_of_work {
  std::uint64_t done = 0, due = 0;
};

/// getppid(2): it does next to nothing, and no library answers it by itself. `call` replaces it in tests.
class system_calls {
 public:
  using call = long (*)();
  explicit system_calls(call made = ask_for_parent);

  /// Nanoseconds of so many calls.
  std::int64_t time(std::uint64_t calls);
  proof_of_work const& proof() const { return proof_; }

  static long ask_for_parent();

 private:
  call call_;
  long answer_;  ///< to each
  proof_of_work proof_;
};

/// First writes to pages of the system's size. `populated`, for tests: the pages have been written before.
class page_faults {
 public:
  explicit page_faults(bool populated = false) : populated_(populated) {}

  /// Nanoseconds of so many first writes, in mappings of up to 4 MiB; mapping and unmapping are not in it.
  std::int64_t time(std::uint64_t faults);
  proof_of_work const& proof() const { return proof_; }

 private:
  std::int64_t touch_fresh(std::size_t pages);

  bool populated_;
  proof_of_work proof_;
};

/// memcpy between two buffers that have been written before.
class memory_copies {
 public:
  static constexpr std::size_t bytes = 32 << 20;

  memory_copies();

  /// Nanoseconds of so many copies of `bytes`.
  std::int64_t time(std::uint64_t copies);
  proof_of_work const& proof() const { return proof_; }

 private:
  std::vector<std::uint64_t> from_, to_;
  proof_of_work proof_;
};

/// A counter in a cache line of its own that two threads, each on its CPU, advance by turns. `read` replaces the clock
/// in tests.
class line_transfers {
 public:
  using clock = std::int64_t (*)();
  line_transfers(int first_cpu, int second_cpu, clock read = runtime::now_ns)
      : first_cpu_(first_cpu), second_cpu_(second_cpu), clock_(read) {}

  /// Nanoseconds of so many hand-overs from one CPU to the other, after a few that are not timed. An even number of
  /// them is made, at least 2: the time begins and ends where the line is on the first CPU.
  std::int64_t time(std::uint64_t transfers);
  proof_of_work const& proof() const { return proof_; }

 private:
  int first_cpu_, second_cpu_;
  clock clock_;
  proof_of_work proof_;
};

}  // namespace unitcost::measures
