// states: for which share of its life is a unit running, runnable, blocked, a zombie?
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/scheduling/life.hpp"
#include "benchmarks/measures/unit_kind.hpp"
#include "impl/runtime/shared_array.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info states_info{
    .name = "states",
    .question = "For which share of its life is a unit running, runnable, blocked, a zombie?",
    .from = "the kernel has made the unit's thread or process; of other units, the first of all makes its first step",
    .to = "the unit's last step; of processes, back from the join that reaps it",
    .unit = "shares of the lives of all units; ns",
    .method =
        "eight units on one CPU do ten rounds each: 1 ms of computing (cpu), 2 ms of sleep (io), or 0.5 ms of the one "
        "and 2 ms of the other (mixed). Processes and threads: running and runnable are what the kernel has counted "
        "when the unit makes its last step, blocked is the rest of its life; zombie is from there to its being reaped, "
        "the way out included. Other units: running are the unit's own steps, blocked what it asked to sleep, as far "
        "as it passed before its next step, runnable the rest: it waits for its worker, be it that it was not yet "
        "begun",
    .source = "CLOCK_THREAD_CPUTIME_ID, /proc/thread-self/schedstat; CLOCK_MONOTONIC",
    .file = "benchmarks/measures/scheduling/states.cpp"};

/// What a unit does in each of its rounds: first compute, then sleep; either may be nothing.
struct planned_round {
  unsigned rounds = 10;
  std::uint64_t iterations = 0;  ///< of the kernel of grain
  std::int64_t sleep_ns = 0;

  std::int64_t asleep_ns() const { return rounds * sleep_ns; }
};

/// In shared memory.
class lived_units {
 public:
  /// `by_kernel`: who accounts for them.
  lived_units(unsigned units, planned_round const& plan, bool by_kernel)
      : plan_(plan), by_kernel_(by_kernel), each_(units) {}

  /// A round, and one more in which the unit notes its end.
  pause step(unsigned index);

  /// The unit was reaped, or its end was noticed otherwise, at that time: it was a zombie since its last step.
  void reaped(unsigned index, std::int64_t at_ns) { each_[index].reaped_ns = at_ns; }

  /// Of all units that noted their end.
  std::vector<life> lives() const;
  std::uint64_t checksum() const;
  std::uint64_t expected_checksum() const;
  planned_round const& plan() const { return plan_; }
  std::uint64_t units() const { return each_.size(); }

 private:
  struct alignas(64) unit {
    unsigned rounds = 0;
    bool begun = false, ended = false;
    std::uint64_t computed = 1;
    task_account first, last;
    sure_sleeps sleeps;
    step_ledger ledger;
    std::int64_t reaped_ns = 0;
  };
  pause make_step(unit& own) const;

  planned_round plan_;
  bool by_kernel_;
  runtime::shared_array<unit> each_;
};

/// Whether its states add up to its length, and it was blocked while it slept, both to 2 %. The kernel's numbers are
/// exact to some 20 us a life and do not wait for its tick; 2 % leave room for time that the hypervisor steals unseen.
bool adds_up(life const& whole);
/// Proves that each unit did its rounds, noted its end, and has a life that adds up.
void check_states(lived_units const& units, harness::measurement& given);
/// Throws not_stable where a unit that was to sleep for `planned_ns` did so undisturbed for less than half of that:
/// then it knows too little by itself to contradict a wrong account.
void require_sure_sleeps(std::span<life const> lives, std::int64_t planned_ns);
/// `zombies`: whether there is such a state.
void report_states(std::span<life const> lives, bool zombies, harness::measurement& given);

enum class round_kind : std::uint8_t { cpu, io, mixed };
void measure_states(unit_kind const& kind, round_kind which, harness::measurement& given);

}  // namespace unitcost::measures
