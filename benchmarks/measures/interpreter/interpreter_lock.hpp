// interpreter_lock: what becomes of threads under a global interpreter lock, when they work, wait, or do both?
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/case.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"
#include "benchmarks/measures/interpreter/interpreter_job.hpp"
#include "benchmarks/measures/unit_kind.hpp"

namespace unitcost::measures {

inline constexpr harness::measure_info interpreter_lock_info{
    .name = "interpreter_lock",
    .question = "What becomes of threads of which one at a time executes?",
    .from = "the first unit begins its first step",
    .to = "the last unit has ended",
    .unit = "a speed over that of one unit; ns of lateness",
    .method =
        "the same job by one unit and by several, by turns, three times; under gil each step, a kernel of 20 us, is "
        "executed under a lock by CPython's rules, which is given away for waits and to who has waited for 5 ms. "
        "cpu_bound: 30 ms of steps by two units. io_bound: 32 rounds of a step and a wait of 1 ms by eight units. "
        "mixed: 20 such rounds by one unit beside one that only works; lateness is from the end of a wait to the next "
        "step, in which nothing is subtracted. Steps are counted by who makes them, and who is within one; under gil "
        "no two may be",
    .source = "CLOCK_MONOTONIC; the units' own counts",
    .file = "benchmarks/measures/interpreter/interpreter_lock.cpp"};

enum class job : std::uint8_t { cpu_bound, io_bound, mixed };
inline constexpr std::array every_job{job::cpu_bound, job::io_bound, job::mixed};
std::string_view to_string(job what);  // "cpu_bound", as in case names

/// With the steps of one that is alone in `alone`.
struct job_plans {
  job_plan together, alone;
};
/// `iterations` of a step, which take 20 us.
job_plans plans_of(job what, std::uint64_t iterations);

inline constexpr unsigned runs_of_a_job = 3;  ///< by all units, and as many by one

/// What these came to.
struct job_runs {
  std::vector<double> speed_ups = {};                            ///< alone over together, of neighbours
  std::vector<double> lateness_ns = {}, alone_lateness_ns = {};  ///< of the runs together, and alone
  std::uint64_t made = 0, due = 0;
  unsigned most_inside = 0;
  std::string_view source = "CLOCK_MONOTONIC";  ///< of the times
};

/// What is known of how many are within a step at the same time.
enum class exclusion : std::uint8_t { demanded, counted, not_counted };

/// A case of the job, still without its function.
harness::benchmark_case interpreter_lock_case(std::string_view model, job what);

/// Proves that all steps were made and, where that is demanded, that no two were at the same time.
void report_job(job what, job_runs const& runs, exclusion inside, harness::measurement& given);
void measure_interpreter_lock(unit_kind const& kind, job what, harness::measurement& given);

/// How much longer one unit takes under the lock than without, in pairs by turns.
void measure_single(unit_kind const& kind, unit_kind const& without_lock, harness::measurement& given);

}  // namespace unitcost::measures
