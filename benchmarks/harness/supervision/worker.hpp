// The worker: runs one repetition of one case in a fresh process and writes its record to a descriptor.
#pragma once

#include <string>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/supervision/worker_order.hpp"

namespace unitcost::harness {

/// Runs the case and returns its record; whatever it throws becomes a typed end, never an escape.
record run_case(benchmark_case const& one, worker_order const& order);

/// The hidden subcommand. Returns the exit code when no record could be written; otherwise it leaves by _exit(0).
int worker_main(registry const& all, worker_order const& order);

}  // namespace unitcost::harness
