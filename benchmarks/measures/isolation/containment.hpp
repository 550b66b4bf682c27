// containment: in how many processes and threads do N units live?
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/unit_kind.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info containment_info{
    .name = "containment",
    .question = "In how many processes and threads do N units live?",
    .from = "the first unit begins",
    .to = "each has noted where it lives, and no unit ended before all that can be alive at once had",
    .unit = "processes, threads",
    .method =
        "each unit asks the kernel for the ids of its process and of its thread, as often as it is resumed until all "
        "have; one that was moved to another thread counts for both. Where units cannot let each other run they live "
        "one after the other",
    .source = "getpid(2), gettid(2)",
    .file = "benchmarks/measures/isolation/containment.cpp",
    .timed = false};

/// In shared memory. No unit ends before all have come, where they can let each other run.
class where_units_live {
 public:
  where_units_live(unsigned units, bool takes_turns) : waits_(takes_turns), ids_(units) {}

  pause step(unsigned index);

  std::uint64_t come() const { return come_.load(); }
  std::uint64_t processes() const;
  std::uint64_t threads() const;

 private:
  struct ids {
    int process = 0, first_thread = 0, last_thread = 0;
  };
  bool waits_;
  std::atomic<unsigned> come_{0};
  runtime::shared_array<ids> ids_;
};

void measure_containment(unit_kind const& kind, unsigned workers, harness::measurement& given);

}  // namespace unitcost::measures
