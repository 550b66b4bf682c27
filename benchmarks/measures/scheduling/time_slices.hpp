// How long the turns of several processes on one CPU are: each notes when it could not read the clock for a while.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/gathering.hpp"
#include "benchmarks/measures/unit_kind.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

/// What one unit that reads the clock without a pause learns of its turns. Interrupts and what else takes the CPU for
/// less than `least_gap_ns` end no slice.
class slice_log {
 public:
  static constexpr std::int64_t least_gap_ns = 50'000;
  static constexpr std::size_t most_slices = 4096;

  /// `switches_so_far()`, how often the unit was switched away from, is asked after a gap only: a hypervisor makes gaps
  /// too, after which the unit still has its turn.
  template <class Switches>
  void read(std::int64_t at_ns, Switches switches_so_far) {
    if (last_ns_ > 0 && at_ns - last_ns_ > least_gap_ns)
      if (std::uint64_t const switches = switches_so_far(); std::exchange(switches_, switches) != switches)
        note_gap(at_ns);
    last_ns_ = at_ns;
  }
  /// Before the first reading.
  void start(std::uint64_t switches) { switches_ = switches; }

  /// Between two gaps. So neither what was under way at the first reading nor at the last.
  std::span<std::int64_t const> slices_ns() const { return {slices_.data(), gaps_ == 0 ? 0 : gaps_ - 1}; }
  std::span<std::int64_t const> gap_lengths_ns() const { return {gap_lengths_.data(), gaps_}; }
  bool full() const { return gaps_ == most_slices; }

 private:
  void note_gap(std::int64_t at_ns) {
    if (full()) return;
    if (gaps_ > 0) slices_[gaps_ - 1] = last_ns_ - begun_ns_;
    gap_lengths_[gaps_++] = at_ns - last_ns_;
    begun_ns_ = at_ns;
  }

  std::int64_t last_ns_ = 0, begun_ns_ = 0;
  std::uint64_t switches_ = 0;
  std::size_t gaps_ = 0;
  std::array<std::int64_t, most_slices> slices_{}, gap_lengths_{};
};

/// In shared memory. All units read the clock for `window_ns` from when the last has come.
class clock_readers {
 public:
  clock_readers(unsigned units, std::int64_t window_ns, std::int64_t patience_ns);

  pause step(unsigned index);

  struct alignas(64) reader {
    bool done = false;
    std::int64_t cpu_ns = 0;
    slice_log log;
  };
  std::span<reader const> readers() const { return {readers_.begin(), readers_.end()}; }

 private:
  std::int64_t window_ns_;
  gathering start_;
  runtime::shared_array<reader> readers_;
};

/// Proves that each was there to the end, and that all of them together had no more than one CPU.
void check_slices(std::span<clock_readers::reader const> readers, std::int64_t window_ns, harness::measurement& given);
/// Throws not_stable where there are too few slices, or more than a log holds.
void report_slices(std::span<clock_readers::reader const> readers, harness::measurement& given);
void measure_time_slices(unit_kind const& kind, unsigned units, harness::measurement& given);
/// Cases of the measure oversubscription.
void add_time_slices(harness::registry& all, unit_kind const& kind);

}  // namespace unitcost::measures
