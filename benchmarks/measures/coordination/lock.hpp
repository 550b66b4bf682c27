// lock: what code under a lock costs those who share it, by the share of their work that it is.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/coordination/amdahl.hpp"
#include "benchmarks/measures/coordination/lock_way.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info lock_info{
    .name = "lock",
    .question = "What does code under a lock cost those who share it?",
    .from = "the first unit begins its first round (all are there, where they can wait for each other)",
    .to = "the last unit finds no round left",
    .unit = "a speed over that of one unit; a share of the work; ns per lock and unlock",
    .method =
        "slices of the same work, 3 ms for one unit, by one unit and by all, in pairs by turns, at 0, 25, 50, 75 and "
        "100 % of it under the lock, in random order, another in each repetition: in one round of each unit, so that "
        "who waits has nothing else to do, which with as many units as workers is Amdahl's law, and in rounds of 10 us "
        "that the units take from a common number. Speed: median of three pairs' ratios, of processes one pair's, in "
        "full nine. Serial share: least squares over all shares. Nothing is subtracted. Contended: 20,000 empty rounds "
        "of all units, the taking of a round included, and on one worker the turn that the holder gives under the "
        "lock; alone: a loop of lock and unlock by one",
    .source = "CLOCK_MONOTONIC; the units' own counts",
    .file = "benchmarks/measures/coordination/lock.cpp"};

/// How the work of a slice is divided.
enum class division : std::uint8_t { one_round, many_rounds };
inline constexpr std::array both_divisions{division::one_round, division::many_rounds};
inline constexpr std::array<unsigned, 5> percents_under_lock{0, 25, 50, 75, 100};

/// The rounds of `iterations` in all, of which so much is under the lock.
round_plan plan_of(division divided, unsigned percent, std::uint64_t iterations, std::uint64_t many, unsigned units);
/// The same work by one unit alone.
round_plan plan_for_one(round_plan plan);

/// Proves that each round was made, and that at no time two were under the lock.
void check_rounds(rounds_made const& made, round_plan const& plan, harness::measurement& given);

/// What was measured of one division.
struct lock_speeds {
  speed_curve curve;
  /// Jain's index of the rounds of each unit in slices that are all under the lock.
  std::vector<double> fairness = {};
};

/// `runners`: how many of the units can run at the same time.
void report_lock(lock_speeds const& one_round, lock_speeds const& many_rounds, unsigned runners,
                 harness::measurement& given);
void measure_lock(lock_way const& way, lock_place place, harness::measurement& given);

}  // namespace unitcost::measures
