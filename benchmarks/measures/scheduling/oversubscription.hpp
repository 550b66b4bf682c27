// oversubscription: what does it cost to have more units than CPUs?
//
// One job is divided among 1, 2, 4 … units, up to 64 a CPU, processes or threads. How long their turns on one CPU are
// is time_slices.hpp's.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/scheduling/cache_walk.hpp"
#include "benchmarks/measures/gathering.hpp"
#include "benchmarks/measures/scheduling/task_account.hpp"
#include "benchmarks/measures/unit_kind.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info oversubscription_info{
    .name = "oversubscription",
    .question = "What does it cost to have more processes or threads than CPUs?",
    .from = "all units are alive and ready, and the last to come is about to wake the others (slices: the same)",
    .to = "the last unit has done its part; none has ended before (slices: the measuring time is over)",
    .unit = "a ratio of throughputs; steps per second; context switches per million steps; ns queued per step; ns",
    .method =
        "one job of dependent reads, divided evenly among 1, 2, 4 … units below the number of CPUs and 1, 2, 4 … 64 "
        "times that number (1,024 units at most). Each walks in memory of its own, which it has read once before: "
        "16 KiB (resident) or 512 KiB (hungry: one fits into most second-level caches, several do not). Each number "
        "of units once a repetition, in random order; efficiency is the throughput over that of as many units as "
        "CPUs. Slices: processes on one CPU read the clock without a pause; more than 50 us between two readings, "
        "and a context switch in between, end a slice, and the first and the last of each process are left out",
    .source = "CLOCK_MONOTONIC; /proc/thread-self/schedstat, getrusage(2), CLOCK_THREAD_CPUTIME_ID",
    .file = "benchmarks/measures/scheduling/oversubscription.cpp"};

/// What one number of units made of the job.
struct crowd {
  unsigned units = 0;
  std::uint64_t steps = 0;
  std::int64_t elapsed_ns = 0;
  std::int64_t queued_ns = 0;  ///< of all units: ready, but without a CPU
  std::uint64_t switches = 0;  ///< of all units

  double steps_per_second() const { return static_cast<double>(steps) * 1e9 / static_cast<double>(elapsed_ns); }
};

/// Powers of two below the number of CPUs, and that number times 1, 2, 4 … 64; 1,024 at most but for that number
/// itself.
std::vector<unsigned> crowd_sizes(unsigned cpus);

/// In shared memory: a job, and what its units have told of it.
class divided_job {
 public:
  /// `lines`: as many for each unit.
  divided_job(unsigned units, std::uint64_t steps, std::span<walk_line const> lines, std::int64_t patience_ns);

  /// A unit's only one: all of its part.
  pause step(unsigned index);

  std::uint64_t ended() const;     ///< units that have done their part
  std::uint64_t checksum() const;  ///< of where their walks led
  std::uint64_t expected_checksum() const;
  /// Of a job whose units have all ended.
  crowd told() const;

 private:
  struct alignas(64) part {
    bool done = false;
    std::uint32_t led_to = 0;
    std::int64_t end_ns = 0;
    task_account before, after;
  };
  std::uint64_t steps_of(unsigned index) const;
  std::uint32_t start_of(unsigned index) const;

  std::uint64_t steps_;
  std::span<walk_line const> lines_;
  std::size_t lines_of_each_;
  gathering start_, end_;
  runtime::shared_array<part> parts_;
};

/// `crowds` by rising units, one of which has as many as there are CPUs.
void report_oversubscription(std::span<crowd const> crowds, unsigned cpus, harness::measurement& given);
void measure_oversubscription(unit_kind const& kind, std::size_t bytes_of_each, harness::measurement& given);

}  // namespace unitcost::measures
