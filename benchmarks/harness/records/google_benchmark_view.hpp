// results.json: the run as Google Benchmark's JSON reporter would have written it, so that its compare tool and
// whatever else reads that format can read us.
#pragma once

#include <filesystem>
#include <vector>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

/// `context` comes from the manifest. One entry per repetition that ended ok, in the format's fields: real_time is the
/// record's first metric in nanoseconds, or, where a measure is no time, the repetition's own wall time; cpu_time is
/// the CPU time of the worker and all its children over the whole repetition, since of single iterations it is not
/// known; every metric is a counter of its own name.
json google_benchmark_view(std::vector<record> const& records, json const& manifest);

/// Writes beside the target and renames, so that a reader sees the old file or the whole new one.
void write_atomically(std::filesystem::path const& target, std::string const& text);

}  // namespace unitcost::harness
