// A run: the planned repetitions, one after the other, each record journalled at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "benchmarks/harness/cases/plan.hpp"
#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

struct session_limits {
  /// Whole rounds that would not fit any more are dropped.
  std::optional<double> total_s;
  /// A disturbed repetition is repeated at most this often…
  unsigned repeats = 3;
  /// …and all repeats together take at most this share of the predicted duration.
  double repeat_share = 0.2;
};

/// What a session needs of the outside; tests script it.
struct session_hooks {
  std::function<record(benchmark_case const&, unsigned repetition)> run_one;
  std::function<bool()> interrupted;
  std::function<void(record const&)> keep;                ///< journals
  std::function<void(planned_repetition const&)> before;  ///< shows progress
  std::function<std::int64_t()> now_ns;
  std::function<bool(benchmark_case const&)> quiet;  ///< whether a repeat has a chance now
  std::function<void()> pause;                       ///< for a moment, before asking again
};

struct session_outcome {
  std::vector<record> records;     ///< those that count; discarded ones are only in the journal
  std::size_t rounds_dropped = 0;  ///< for lack of time
  bool interrupted = false;        ///< the repetition in flight was not kept
};

/// Runs the rounds in order. A repetition that was disturbed counts as discarded and is repeated within the limits,
/// after the last round: what disturbs lasts for seconds, and would often disturb a repeat at once too. Each repeat
/// waits for a quiet moment, as long as the limits allow. When the last attempt is disturbed as well, it ends
/// `unstable` with the reason. (What ends so by itself is repeated only if it was disturbed too.) What ran on a core
/// that somebody shared, or on CPUs that had been moved, is repeated likewise; but its last attempt counts, marked
/// `core_shared` or `cpus_moved`: who rents a hardware thread is at times another's neighbour, and no number at all
/// would say less of that machine.
session_outcome run_session(std::vector<std::vector<planned_repetition>> const& rounds, profile which,
                            session_limits const& limits, session_hooks const& hooks);

}  // namespace unitcost::harness
