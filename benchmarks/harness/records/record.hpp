// A record: everything that one repetition of one case left behind. It is one line of journal.jsonl, and the only
// thing that passes between the C++ that measures and the scripts that explain. results/schema.json is its grammar.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/harness/records/parameters.hpp"
#include "benchmarks/harness/records/work_facts.hpp"

namespace unitcost::harness {

using json = nlohmann::ordered_json;

inline constexpr std::string_view record_schema = "unitcost.record/2";

/// How a repetition ended. Only `ok` yields numbers that are plotted or averaged.
enum class ending : std::uint8_t {
  ok,
  skipped,        ///< could not be measured here; the reason says why
  wrong_result,   ///< unit count or checksum differ from the oracle, or something was left behind
  crashed,        ///< a signal, an exception or a non-zero exit
  timed_out,      ///< still running at the time limit
  out_of_memory,  ///< killed at the memory limit, or an allocation failed
  limit_reached,  ///< a limit of the machine, of the model or of the supervisor (processes, output)
  deadlocked,     ///< the units wait for each other (found by a watchdog)
  unstable,       ///< disturbed by others, again and again, or by the measure's own means
};
std::string_view to_string(ending end);
/// Neither a result, nor skipped with a reason, nor spoilt by others.
constexpr bool is_failure(ending end) { return end != ending::ok && end != ending::skipped && end != ending::unstable; }
/// Throws std::invalid_argument that names the text.
ending parse_ending(std::string_view text);

/// Which values are better. `neither` is for facts: a setting, a count, a ratio of two equals. Nobody calls a change of
/// them better or worse.
enum class direction : std::uint8_t { smaller, greater, neither };

struct metric {
  std::string name;   ///< "switch_ns"
  std::string label;  ///< for axes and table heads: "one hand-over"
  double value = 0;
  std::string unit;  ///< "ns", "bytes", "1/s", "1"
  direction better = direction::smaller;
  /// What this one record says of its own fit (the slope's 95 % interval), where there is a fit.
  std::optional<double> fit_low = {}, fit_high = {};
  /// A known answer: where the true value lies. The run's interval is judged against it.
  std::optional<double> expected_low = {}, expected_high = {};
  std::uint64_t samples = 1;
  std::string derived_from =
      {};                 ///< another metric of the record that this one is a function of; empty: measured itself
  bool headline = false;  ///< a column of the answer table, where the case is a headline too
};

struct histogram {
  std::string name, label, unit;
  std::uint64_t samples = 0;
  /// Only those with at least 10 samples beyond them: ("50", value), ("99", value)…
  std::vector<std::pair<std::string, double>> percentiles;
  std::vector<std::pair<double, std::uint64_t>> buckets;  ///< (lower bound, count), empty ones left out
  /// Where the buckets are HdrHistogram's: how many values it counts one by one before they become wider. 0: they are
  /// not.
  std::uint32_t sub_buckets = 0;
};

struct series {
  std::string name, label, x_name, x_unit, y_name, y_unit;
  std::vector<std::pair<double, double>> points;
};

/// The proof that the work was done: compared in the worker and again in the supervisor.
struct work_check {
  std::uint64_t units = 0, expected_units = 0;
  std::uint64_t checksum = 0, expected_checksum = 0;

  bool holds() const { return units == expected_units && checksum == expected_checksum; }
  /// "7 units where 8 were due, checksum … where … was".
  std::string difference() const;
};

/// The circumstances of a repetition, as the supervisor saw them.
struct conditions {
  std::int64_t wall_ns = 0;     ///< from starting the worker to its end
  std::int64_t harness_ns = 0;  ///< what the supervisor added: preparing, starting, reaping, cleaning up
  std::int64_t cpu_ns = 0;      ///< of the worker and all its children
  std::int64_t steal_ns = 0;
  std::int64_t others_cpu_ns = 0;
  std::int64_t run_queue_wait_ns = 0;
  std::uint64_t voluntary_switches = 0, involuntary_switches = 0;
  std::uint64_t minor_faults = 0, major_faults = 0;
  /// How long some task of the machine waited for CPU, memory or I/O meanwhile; nothing where the kernel does not say.
  std::optional<std::int64_t> cpu_pressure_ns = {}, memory_pressure_ns = {}, io_pressure_ns = {};
  /// How many times as long as in the run's quiet moments wide code took, before or after (core_contention.hpp).
  std::optional<double> core_slowdown = {};
  bool core_shared = false;  ///< that is more than is tolerated
  /// How long a cache line took to the second CPU and back, where more than one is used, before or after: the less
  /// usual of both.
  std::optional<double> cpu_round_trip_ns = {};
  bool cpus_moved = false;  ///< that was not what had been usual in the run so far (cpu_distance.hpp)
  bool disturbed = false;

  /// Why it is better repeated, though it counts when it cannot be; empty: it need not be.
  std::string_view unusual() const;
};

struct record {
  std::string case_name, measure, model, workload;
  parameter_list parameters;
  unsigned repetition = 0;
  ending end = ending::ok;
  std::string reason;      ///< empty: none
  bool headline = false;   ///< stands for its model in the answer table
  bool discarded = false;  ///< disturbed or in unusual circumstances, and repeated: kept, never counted
  std::vector<metric> metrics;
  std::vector<histogram> histograms;
  std::vector<series> curves;
  std::optional<work_check> check;
  std::map<std::string, std::string> sources;  ///< metric -> where its value was read
  std::vector<std::string> notes;
  conditions circumstances;
  std::optional<work_facts> facts = {};  ///< not written: what a build that contends answers instead of a record
};

json to_json(record const& what);
/// Throws std::invalid_argument naming what is missing or of the wrong type.
record record_from_json(json const& line);

}  // namespace unitcost::harness
