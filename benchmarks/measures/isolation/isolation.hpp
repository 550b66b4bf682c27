// isolation: who sees what a unit writes to a global variable?
#pragma once

#include <atomic>
#include <cstdint>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/unit_kind.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info isolation_info{
    .name = "isolation",
    .question = "Who sees what a unit writes to a global variable?",
    .from = "the first unit that runs writes",
    .to = "each of the others has looked once, and so has their starter after all have ended",
    .unit = "share of the others; 1 or 0",
    .method =
        "the variable is an ordinary global one; that it was written is told through memory that is mapped shared. "
        "Where units cannot let each other run, the writer has ended when the others begin",
    .source = "the units' own reading",
    .file = "benchmarks/measures/isolation/isolation.cpp",
    .timed = false};

/// In shared memory. Whichever unit comes first writes, the others look when it has.
class global_write {
 public:
  /// `told` is what is written, and differs from what the variable holds.
  global_write(unsigned units, int told) : told_(told), seen_(units) {}

  pause step(unsigned index);

  std::uint64_t lookers() const;  ///< that have looked
  std::uint64_t seers() const;    ///< of these, who saw it
  int told() const { return told_; }

 private:
  enum class look : std::uint8_t { none, old, told };
  int told_;
  std::atomic<bool> has_writer_{false};
  std::atomic<bool> written_{false};
  runtime::shared_array<std::atomic<look>> seen_;
};

void measure_isolation(unit_kind const& kind, unsigned workers, harness::measurement& given);

}  // namespace unitcost::measures
