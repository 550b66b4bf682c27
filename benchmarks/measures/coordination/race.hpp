// race: how many updates of a shared counter are lost when nothing protects it?
//
// Units add to one counter, each by a load and a store of its own. Whoever comes between the two has counted for
// nothing. The counter lies in memory that is mapped shared, so processes race like all others.
#pragma once

#include <atomic>
#include <cstdint>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/unit_kind.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info race_info{
    .name = "race",
    .question = "How many updates of an unprotected counter are lost?",
    .from = "the first unit begins",
    .to = "each has made all of its additions",
    .unit = "updates lost per million",
    .method =
        "an addition is a relaxed load and a relaxed store, a data race in all but name: as volatile or plain "
        "variables it would be undefined. 1,000 of them are a step, after which the unit lets others run where it can. "
        "Lost is what the additions that were made exceed the counter by",
    .source = "the counter, and each unit's count of its own additions",
    .file = "benchmarks/measures/coordination/race.cpp",
    .timed = false};

inline constexpr std::uint64_t additions_in_a_step = 1000;

/// In shared memory.
class raced_counter {
 public:
  raced_counter(unsigned units, unsigned steps_of_each) : steps_(steps_of_each), made_(units) {}

  pause step(unsigned index);

  std::uint64_t counted() const { return counter_.load(std::memory_order_relaxed); }
  std::uint64_t made() const;
  std::uint64_t due() const { return made_.size() * steps_ * additions_in_a_step; }

 private:
  struct alignas(64) own_additions {
    std::uint64_t count = 0;
  };
  unsigned steps_;
  runtime::shared_array<own_additions> made_;
  alignas(64) std::atomic<std::uint64_t> counter_{0};
};

/// Proves that all additions were made, and that none was counted twice.
void report_race(std::uint64_t counted, std::uint64_t made, std::uint64_t due, harness::measurement& given);
void measure_race(unit_kind const& kind, unsigned workers, harness::measurement& given);

}  // namespace unitcost::measures
