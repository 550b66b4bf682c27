// A control group that lives as long as an object of ours.
#pragma once

#include <string>
#include <string_view>

#include "benchmarks/harness/machine/cgroup.hpp"

namespace unitcost::harness {

/// Makes `unitcost-<pid>-<name>` beneath the calling process's own group, in each hierarchy that is needed; the
/// destructor kills what is left in it and removes it with all groups beneath. Nests: a process inside makes its own
/// beneath.
///
/// v2 allows no process in a group whose children have controllers. So the first one made in a group moves the
/// caller and its ancestors that live there (the shell that waits for us) into a child `unitcost-leaf`, where they
/// stay until they end: the group of a delegated scope vanishes with it. Other processes are never moved; where
/// there are any, the constructor throws.
class scoped_cgroup : public cgroup {
 public:
  /// Throws system_file_error when the hierarchy is not writable, naming the remedy. Nothing stays behind then.
  scoped_cgroup(cgroup_hierarchy const& hierarchy, std::string_view name);
  scoped_cgroup(scoped_cgroup const&) = delete;
  scoped_cgroup& operator=(scoped_cgroup const&) = delete;
  ~scoped_cgroup();

  /// Kills and removes what supervisors that no longer live left beneath our own group; returns how many groups.
  /// A pid in use again hides its predecessor's group until it ends.
  static unsigned remove_stale(cgroup_hierarchy const& hierarchy);

  /// The process that made a group of this name, or 0 when it is none of ours.
  static int maker_of(std::string_view folder_name);
};

}  // namespace unitcost::harness
