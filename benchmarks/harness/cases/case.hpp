// A case: one measure of one model under one workload with fixed parameters, erased to a function so that the
// harness knows nothing of models. Its name is its identity; runs are compared by it, so it says nothing about a
// machine.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/profile.hpp"
#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

class measurement;
struct worker_order;

/// A measure's page in the manual; `explain` prints it.
struct measure_info {
  std::string_view name;      ///< "spawn"
  std::string_view question;  ///< what it answers, one line
  std::string_view from;      ///< the event at which timing or accounting starts
  std::string_view to;        ///< …and ends
  std::string_view unit;      ///< of its metrics: "bytes per unit", or several: "ns (latency, join)"
  std::string_view method;    ///< what is sampled, batched or fitted, and what is subtracted and why
  std::string_view source;    ///< clock or account
  std::string_view file;      ///< where it is implemented, relative to the source tree
  bool timed = true;          ///< false: its numbers are the same on a core that somebody shares
};

/// Instead of a worker as others have: a program that runs a case under the same supervision, or a worker that starts
/// it.
struct external_program {
  /// What starts it for one repetition.
  std::function<std::vector<std::string>(worker_order const&)> arguments;
  /// Completes the repetition's record by what the program wrote as its record, having lived for `lived_ns`. Throws
  /// std::invalid_argument when that cannot be read.
  std::function<void(std::string_view written, std::int64_t lived_ns, record& out)> read;
};

/// A case's name, of which what tells how its model does the work ("over:io_uring", "accept:reuseport") is kept apart
/// from the work.
struct work_and_way {
  std::string work, way;  ///< way: empty where the model does it as it always does
};
work_and_way split_way(std::string_view name);

struct benchmark_case {
  // Out of line, and their code not once more in each of the many functions that add cases.
  benchmark_case();
  benchmark_case(benchmark_case const& other);
  benchmark_case(benchmark_case&& other) noexcept;
  benchmark_case& operator=(benchmark_case const& other);
  benchmark_case& operator=(benchmark_case&& other) noexcept;
  ~benchmark_case();

  measure_info const* measure = nullptr;
  std::string model, workload;
  std::string label;  ///< "by:futex/cores:1/units:2": the parameters as they end the name
  /// Of the first variant of a model: its label without the variant, as the case has it of those without variants that
  /// are compared with it. Empty: the label.
  std::string plain_label;
  std::string model_file;         ///< where the model is implemented
  profile least = profile::full;  ///< the smallest profile that holds it
  bool headline = false;          ///< stands for its model in the answer table
  bool is_reference = false;      ///< written by hand, for the models to be compared with
  std::string skip_reason;        ///< not empty: recorded as skipped, never started
  unsigned cpus_used = 0;         ///< how many of the run's CPUs it keeps busy at most; 0: all of them
  double prediction_factor = 1;   ///< predicted duration as a multiple of the profile's usual one
  std::function<void(measurement&)> run;
  /// The share of the measuring time that is the model's own, whose facts are told (measurement::tell). 0: none are.
  double facts_share = 0;
  std::optional<external_program> external;

  /// What it has in common with the same case of another model, or of the same in another way:
  /// "throughput/fib/n:20/workers:1".
  std::string work() const { return split_way(std::string(measure->name) + "/" + workload + "/" + label).work; }
  std::string name() const {
    std::string whole = std::string(measure->name) + "/" + model + "/" + workload;
    return label.empty() ? whole : whole + "/" + label;
  }
};

/// The record of one repetition before it has run: it says whose it is and nothing else.
record record_of(benchmark_case const& one, unsigned repetition);

/// How long one repetition is predicted to take.
double predicted_s(benchmark_case const& one, profile which);

}  // namespace unitcost::harness
