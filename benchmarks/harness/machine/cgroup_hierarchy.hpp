// Where the calling process stands among the machine's control groups, and whether it may make some of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace unitcost::harness {

enum class cgroup_version : std::uint8_t { none, v1, v2 };

/// What we need control groups for. In v1 each is a hierarchy of its own, in v2 all share one folder.
enum class cgroup_controller : std::uint8_t { memory, process_count, cpu_time };
/// The kernel's names: "memory", "pids", "cpuacct" (v2 counts CPU time in each group, with the controller "cpu" or
/// not).
std::string_view to_string(cgroup_controller controller);

using cgroup_folders = std::map<cgroup_controller, std::filesystem::path>;

/// A process that made room for children in a v2 group (no process may stay in a group that has controllers for
/// its children) moved into this child of it. Its base is then one folder up.
inline constexpr std::string_view cgroup_leaf_name = "unitcost-leaf";

/// Read from /proc/self/mountinfo and /proc/self/cgroup. A kernel may mount some controllers as v1 and the rest as
/// v2: whichever holds `memory` is taken.
struct cgroup_hierarchy {
  cgroup_version version = cgroup_version::none;
  cgroup_folders folders;   ///< own group per controller; only controllers that exist
  bool writable = false;    ///< children with all three controllers can be made, as far as permissions tell
  std::string why_not;      ///< empty when writable; else the finding and the remedy
  bool at_the_root = true;  ///< own memory group is the hierarchy's root, which accounts nothing of its own

  static cgroup_hierarchy detect(std::filesystem::path const& root = "/");
};

}  // namespace unitcost::harness
