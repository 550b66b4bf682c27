// blast_radius: one of N units dies: how many of the others come to their end?
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/unit_kind.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info blast_radius_info{
    .name = "blast_radius",
    .question = "One of 8 units dies: how many of the others come to their end?",
    .from = "all units that can be alive at once are",
    .to = "the forked process that they belong to has ended, and all that it started",
    .unit = "units",
    .method =
        "the third unit to run dies at its next step; the others live on for 30 ms (stack_overflow: 200 ms; longer "
        "where all die with one) when they know that it is about to, and then note their end. Where units cannot let "
        "each other run, those that ran before have ended. The process of the units is forked for it, and ended from "
        "outside when it hangs",
    .source = "the units' own notes in memory that is mapped shared; waitid(2)",
    .file = "benchmarks/measures/isolation/blast_radius.cpp",
    .timed = false};

enum class way_to_die : std::uint8_t { segmentation_fault, abort, exit, stack_overflow };
std::string_view to_string(way_to_die by);  // as in `dies_by:abort`

/// Ends the calling process, or at least the thread's part in it.
[[noreturn]] void die(way_to_die by);

/// In shared memory. The third unit that runs is to die.
class doomed_units {
 public:
  static constexpr unsigned doomed_place = 2;

  /// `after_life_ns`: how long the others live on.
  doomed_units(unsigned units, bool takes_turns, way_to_die by, std::int64_t after_life_ns)
      : together_(takes_turns), by_(by), after_life_ns_(after_life_ns), each_(units) {}

  pause step(unsigned index);

  std::uint64_t begun() const { return come_.load(std::memory_order_relaxed); }
  std::uint64_t finished() const;  ///< of those that were not to die
  bool dying() const { return dying_.load(std::memory_order_relaxed); }

 private:
  enum class stage : std::uint8_t { none, begun, living, finished };
  struct life {
    std::atomic<stage> where{stage::none};
    bool doomed = false;
  };

  bool together_;
  way_to_die by_;
  std::int64_t after_life_ns_;
  std::atomic<unsigned> come_{0};
  std::atomic<bool> dying_{false};
  runtime::shared_array<life> each_;
};

void measure_blast_radius(unit_kind const& kind, unsigned workers, way_to_die by, harness::measurement& given);

}  // namespace unitcost::measures
