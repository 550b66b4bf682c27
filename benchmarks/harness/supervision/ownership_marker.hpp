// How a supervisor recognises what it started, however it was daemonised: a mark in the environment, which every
// descendant inherits and which /proc/<pid>/environ shows.
#pragma once

#include <string>
#include <vector>

namespace unitcost::harness {

inline constexpr char ownership_variable[] = "UNITCOST_OWNER";

/// "pid.sequence" of the supervisor, appended to the mark that it carries itself: a nested supervisor's children belong
/// to the outer one too.
std::string next_ownership_mark();

/// The beginning of every mark that this process hands out.
std::string ownership_prefix();

/// Processes of this user whose mark is `mark` or begins with it followed by '/'. Kernel threads, zombies and processes
/// of others are passed over.
std::vector<int> processes_marked(std::string const& mark);

/// As above for every mark that begins with `prefix`.
std::vector<int> processes_marked_by_prefix(std::string const& prefix);

}  // namespace unitcost::harness
