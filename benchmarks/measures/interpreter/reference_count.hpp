// reference_count: what a reference costs that is taken and given back, by how threads count them.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/interpreter/interpreted_units.hpp"
#include "impl/gil/reference_counts.hpp"
#include "impl/runtime/clock.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info reference_count_info{
    .name = "reference_count",
    .question = "What does a reference cost that is taken and given back?",
    .from = "the first thread begins its first step of 1,000 references, or another its own",
    .to = "30 ms after the first began, for all",
    .unit = "ns per reference taken and given back",
    .method =
        "threads take and give back references to one object: a plain count under a global lock by CPython's rules, an "
        "atomic one, and one biased to the first thread, which made the object. The time in which threads were there, "
        "summed over them, per reference, median of three runs: what each waits for the others, or for the lock, is in "
        "it",
    .source = "CLOCK_MONOTONIC; the threads' own counts",
    .file = "benchmarks/measures/interpreter/reference_count.cpp"};

/// One object, and threads that count references to it, step by step.
template <class Count>
class counted_object {
 public:
  static constexpr std::uint64_t references_of_a_step = 1000;

  counted_object(unsigned units, std::int64_t duration_ns) : duration_ns_(duration_ns), each_(units) {}

  pause step(unsigned index) {
    unit_state& own = each_[index];
    if (own.begun_ns == 0) {
      // The first makes the object. Acquire and release: who finds it made sees whose it is.
      if (index == 0) {
        if constexpr (requires { count_.adopt(); }) count_.adopt();
        end_ns_.store(runtime::now_ns() + duration_ns_, std::memory_order_release);
      } else if (end_ns_.load(std::memory_order_acquire) == 0) {
        return look_again_ns;
      }
      own.begun_ns = runtime::now_ns();
    }
    for (std::uint64_t time = 0; time < references_of_a_step; ++time) {
      count_.take();
      asm volatile("" : : : "memory");  // whoever took it does something with the object
      own.last_ones += count_.give_back();
    }
    own.references += references_of_a_step;
    own.ended_ns = runtime::now_ns();
    return own.ended_ns < end_ns_.load(std::memory_order_relaxed) ? next_turn : no_more;
  }

  std::int64_t references_left() const { return count_.references(); }
  /// Times that somebody was told to end the object, which the reference that it began with forbids.
  std::uint64_t last_ones() const {
    std::uint64_t sum = 0;
    for (unit_state const& each : each_) sum += each.last_ones;
    return sum;
  }
  std::uint64_t references() const {
    std::uint64_t sum = 0;
    for (unit_state const& each : each_) sum += each.references;
    return sum;
  }
  /// Of the time in which threads were there, summed over them: what each waited for the others is in it.
  double ns_per_reference() const {
    std::int64_t const last_ns = std::ranges::max(each_, {}, &unit_state::ended_ns).ended_ns;
    std::int64_t sum_ns = 0;
    for (unit_state const& each : each_) sum_ns += last_ns - each.begun_ns;
    return static_cast<double>(sum_ns) / static_cast<double>(references());
  }

 private:
  static constexpr std::int64_t look_again_ns = 20'000;
  struct alignas(64) unit_state {
    std::uint64_t references = 0, last_ones = 0;
    std::int64_t begun_ns = 0, ended_ns = 0;
  };

  std::int64_t duration_ns_;
  runtime::shared_array<unit_state> each_;
  std::atomic<std::int64_t> end_ns_{0};  ///< of all; 0: the object is not made yet
  Count count_;
};

/// What a run came to, with however references were counted.
struct reference_run {
  double ns_per_reference = 0;
  std::uint64_t references = 0;
  std::int64_t references_left = 0;
  std::uint64_t last_ones = 0;
};

/// Proves that of all references none is left but the one that the object began with, in each run, and that nobody took
/// one of the others for the last.
void report_references(std::vector<reference_run> const& runs, harness::measurement& given);

}  // namespace unitcost::measures
