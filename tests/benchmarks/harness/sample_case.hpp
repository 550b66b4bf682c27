// Cases that measure nothing, for tests of what the harness does with cases.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "benchmarks/harness/cases/case.hpp"

namespace unitcost::harness {

inline constexpr measure_info spawn_measure{
    "spawn", "what a unit's start costs", "the call", "the first instruction", "ns", "sampled", "clock", "spawn.cpp"};
inline constexpr measure_info switch_measure{
    "switch", "what a hand-over costs", "sending", "receiving", "ns", "a ring", "clock", "switch.cpp"};

/// "spawn/MODEL/idle/LABEL", of every profile.
inline benchmark_case sample_case(std::string model = "std_thread", std::string label = "cores:1",
                                  measure_info const& measure = spawn_measure) {
  benchmark_case one;
  one.measure = &measure;
  one.model = std::move(model);
  one.workload = "idle";
  one.label = std::move(label);
  one.least = profile::quick;
  return one;
}

inline benchmark_case sample_case_of(profile least, std::string label) {
  benchmark_case one = sample_case("std_thread", std::move(label));
  one.least = least;
  return one;
}

inline benchmark_case skipped_case(std::string reason) {
  benchmark_case one = sample_case("null", "");
  one.skip_reason = std::move(reason);
  return one;
}

inline benchmark_case case_that_runs(std::function<void(measurement&)> run) {
  benchmark_case one = sample_case();
  one.run = std::move(run);
  return one;
}

}  // namespace unitcost::harness
