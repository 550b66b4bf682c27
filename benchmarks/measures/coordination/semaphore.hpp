// semaphore: are there never more holders than permits, and what does a permit cost?
#pragma once

#include <atomic>
#include <cstdint>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/unit_kind.hpp"
#include "impl/runtime/posix_semaphore.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info semaphore_info{
    .name = "semaphore",
    .question = "Are there never more holders than permits, and what does a permit cost?",
    .from = "the first unit's first step (contended); before a loop of one unit's begins (alone)",
    .to = "the last permit was given back; the loop's end",
    .unit = "holders; ns per acquire and release",
    .method =
        "POSIX's semaphore, shared between processes. A unit that the kernel schedules blocks; any other asks without "
        "blocking, since it would hold its worker, and lets others run when there is none. A holder counts the "
        "holders, keeps its permit while others run, and gives it back. Contended: the time of all over all "
        "acquisitions, waiting and the way to the next unit included",
    .source = "the holders' own count; CLOCK_MONOTONIC",
    .file = "benchmarks/measures/coordination/semaphore.cpp"};

/// In shared memory.
class permit_holders {
 public:
  /// Each unit acquires `rounds` times. `blocks`: whether a unit may block its thread until there is a permit.
  permit_holders(unsigned units, unsigned permit_count, unsigned rounds, bool blocks);

  pause step(unsigned index);

  std::uint64_t acquired() const;
  /// From the first unit's first step to the last one's last release.
  std::int64_t elapsed_ns() const;
  unsigned most_holders() const { return most_.load(std::memory_order_relaxed); }

 private:
  struct alignas(64) holder {
    bool holds = false;
    std::uint64_t rounds = 0;
    std::int64_t begun_ns = 0, ended_ns = 0;
  };
  void note(unsigned holders);

  runtime::posix_semaphore permits_;
  unsigned rounds_;
  bool blocks_;
  std::atomic<unsigned> now_{0}, most_{0};
  runtime::shared_array<holder> each_;
};

/// Proves that all permits were had, and that at no time more were held than `permit_count`.
void check_holders(permit_holders const& holders, unsigned permit_count, std::uint64_t due,
                   harness::measurement& given);
void measure_semaphore(unit_kind const& kind, unsigned workers, harness::measurement& given);

}  // namespace unitcost::measures
