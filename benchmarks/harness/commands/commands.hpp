// What each subcommand does. All return an exit code.
#pragma once

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/commands/command_line.hpp"

namespace unitcost::harness {

int run_command(registry const& all, command_line const& line);
int list_command(registry const& all, command_line const& line);
int explain_command(registry const& all, command_line const& line);
int doctor_command(command_line const& line);

/// What decides which cases a run has and within which limits, for the manifest.
json selection_of(command_line const& line, registry_settings const& settings);

/// The command line that the run in `line.resume` was begun with, read from its manifest: a resumed run has the same
/// cases. CPUs, limits and contenders' commands that `line` names itself win. Throws std::invalid_argument or
/// std::runtime_error that names the file.
command_line as_begun(command_line line);

/// The CPUs that a run uses: `--cpus`, or all that this process may run on. Throws std::invalid_argument for a CPU that
/// it may not.
std::vector<int> usable_cpus(command_line const& line);

/// `--workers`, or 1, 2, 4 … and the number of CPUs.
std::vector<unsigned> worker_counts(command_line const& line, std::size_t cpu_count);

}  // namespace unitcost::harness
