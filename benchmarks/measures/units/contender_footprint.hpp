// footprint of contenders: the same steps and the same account, of units that a program holds which is no part of the
// suite.
//
// A worker of ours starts the program in its own cgroup and asks it to hold so many units, reads the account, and asks
// for more. What the program takes beside its units, and the worker itself, drops out of the slope.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/cases/registry.hpp"
#include "benchmarks/harness/contenders/contender.hpp"
#include "benchmarks/harness/machine/process_memory.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"

namespace unitcost::measures {

/// What a contender's units are. Threads and processes the kernel counts, too; `coroutine` is whatever the program
/// schedules by itself.
enum class idle_kind : std::uint8_t { thread, process, coroutine };
inline constexpr std::array every_idle_kind{idle_kind::thread, idle_kind::process, idle_kind::coroutine};
std::string_view to_string(idle_kind kind);  // "thread", as in `unit:thread`

/// As many as of a model of ours with such units.
std::uint64_t idle_units_of(idle_kind kind);

/// Why so many units cannot be alive in a program that is that process with its descendants: fewer threads or processes
/// are than it would need beside its own. Empty: they can; of coroutines nobody but the program knows.
std::string too_few_alive(idle_kind kind, std::uint64_t units, harness::process_family const& program);

/// Throws ended_as when `line` does not say that so many are held: the end that it tells instead, or wrong_result for
/// another number; std::runtime_error when it is no answer.
void require_holding(std::string const& line, std::uint64_t units);

/// Starts `arguments` and asks it to hold units in these steps.
void measure_contender_footprint(idle_kind kind, std::vector<std::string> const& arguments,
                                 std::vector<std::uint64_t> const& steps, harness::measurement& given);

/// A case for each kind of unit that a contender offers to hold.
void add_contender_footprint(harness::registry& all);

}  // namespace unitcost::measures
