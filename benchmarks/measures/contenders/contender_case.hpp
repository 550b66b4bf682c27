// Cases that a contender runs: a program that is no part of the suite. docs/CONTENDERS.md is what it is told and
// answers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/case.hpp"
#include "benchmarks/harness/contenders/contender.hpp"
#include "benchmarks/harness/contenders/contender_answer.hpp"
#include "benchmarks/harness/records/record.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"

namespace unitcost::measures {

/// What a measure of models is of contenders that time themselves. `file`: where this is implemented.
constexpr harness::measure_info timed_by_contenders(harness::measure_info of_models, std::string_view method,
                                                    std::string_view file) {
  of_models.method = method;
  of_models.source = "the contender's own clock, bounded by how long it lived";
  of_models.file = file;
  return of_models;
}

/// Completes a record by an answer that ended ok. Returns why it cannot be true, or is wrong; empty: it can.
using answer_reader =
    std::function<std::string(harness::contender_answer const& answer, std::int64_t lived_ns, harness::record& out)>;

/// Makes a case of a measure one of `who`, whose answers `read` completes.
void hand_to_contender(harness::benchmark_case& one, harness::contender const& who, answer_reader read);

/// Measures a program that is started by these words and asked step by step.
using dialogue_measure = std::function<void(std::vector<std::string> const& arguments, harness::measurement& given)>;

/// Whether the program has all CPUs of the run, or the first alone, since the worker needs others meanwhile.
enum class dialogue_cpus : std::uint8_t { all, first };

/// Makes a case of a measure one of `who` that a worker of ours runs: it starts the program, which is told those CPUs,
/// and holds a dialogue.
void converse_with_contender(harness::benchmark_case& one, harness::contender const& who, dialogue_measure measure,
                             dialogue_cpus cpus = dialogue_cpus::all);

/// Completes `out` by what a contender wrote: its end and reason, and what `read` makes of it if it is ok. Throws
/// std::invalid_argument when it is no answer.
void read_contender(std::string_view written, std::int64_t lived_ns, answer_reader const& read, harness::record& out);

/// Throws std::invalid_argument where `who` offers a measure or workload that there is not: a misspelt one must not
/// look like one that was measured.
void require_known_offers(harness::contender const& who);

}  // namespace unitcost::measures
