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
#include "benchmarks/harness/supervision/ended_as.hpp"
#include "benchmarks/harness/supervision/measurement.hpp"

namespace unitcost::measures {

/// What a contender's units are. Threads and processes the kernel counts, too; `coroutine` is whatever the program
/// schedules by itself.
enum class idle_kind : std::uint8_t { thread, process, coroutine };
inline constexpr std::array every_idle_kind{idle_kind::thread, idle_kind::process, idle_kind::coroutine};
std::string_view to_string(idle_kind kind);  // "thread", as in `unit:thread`

/// How many units a program is to hold.
struct idle_range {
  std::uint64_t least, most;
};

/// Threads and processes: as many as of a model of ours. Of coroutines at least as many as of fibers of ours; of small
/// ones up to 64 times that.
idle_range idle_units_of(idle_kind kind);

/// `within.least`, doubled until units of that size take 16 MiB, 64 steps of a control group's account, or there are
/// `within.most`.
std::uint64_t enough_units(idle_range within, double bytes_per_unit);

/// Why so many units cannot be alive in a program that is `now` what it is, and was `before` it held any: fewer threads
/// or processes have come. Empty: they can; of coroutines nobody but the program knows.
std::string too_few_alive(idle_kind kind, std::uint64_t units, harness::process_family const& before,
                          harness::process_family const& now);

/// Why there cannot be units each of which takes so little; empty: there can.
std::string too_little_memory(double bytes_per_unit);

/// Throws as told_number does, and wrong_result where `line` says that another number is held.
void require_holding(std::string const& line, std::uint64_t units);

/// Starts `arguments` and asks it to hold units: none, a fifth of the least, and then five steps of as many as are
/// enough; without a control group of our own, of the least.
void measure_contender_footprint(idle_kind kind, std::vector<std::string> const& arguments, idle_range within,
                                 harness::measurement& given);

/// A case for each kind of unit that a contender offers to hold.
void add_contender_footprint(harness::registry& all);

}  // namespace unitcost::measures
