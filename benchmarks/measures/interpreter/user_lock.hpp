// user_lock: does a lock of the program's own exclude although its holder has let go of the interpreter's?
#pragma once

#include <atomic>
#include <cstdint>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/unit_kind.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info user_lock_info{
    .name = "user_lock",
    .question = "Does a lock of the program's own exclude while its holder has let go of the interpreter's?",
    .from = "the first unit asks for the lock",
    .to = "each has held it ten times",
    .unit = "units at a time",
    .method =
        "two threads under a global interpreter lock take a lock of the program's own by turns and wait for 1 ms with "
        "it in their hands, the first until the other has asked in vain; for that the interpreter's is given away. The "
        "other runs meanwhile, asks and is refused; how often shows that it ran",
    .source = "the holders' own counts",
    .file = "benchmarks/measures/interpreter/user_lock.cpp",
    .timed = false};

/// Two units and their lock. Nobody takes it before both are there.
class held_across_waits {
 public:
  static constexpr unsigned units = 2, rounds = 10;

  pause step(unsigned index);

  unsigned most_holders() const { return most_.load(std::memory_order_relaxed); }
  std::uint64_t rounds_made() const;
  /// Asked while the other had it.
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::int64_t wait_ns = 1'000'000, ask_again_ns = 100'000;
  struct alignas(64) unit_state {
    bool has_come = false, holds = false;
    std::uint64_t rounds = 0;
  };
  std::atomic<bool> is_taken_{false};
  std::atomic<unsigned> come_{0}, holders_{0}, most_{0};
  std::atomic<std::uint64_t> refused_{0};
  runtime::shared_array<unit_state> each_{units};
};

/// Proves that all rounds were made, that no two held the lock, and that at least one asked in vain: who never meets
/// the other shows nothing.
void report_user_lock(std::uint64_t rounds_made, unsigned most_holders, std::uint64_t refused,
                      harness::measurement& given);

}  // namespace unitcost::measures
