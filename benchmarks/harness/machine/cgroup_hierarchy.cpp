#include "benchmarks/harness/machine/cgroup_hierarchy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <sstream>
#include <vector>

#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {
namespace {

constexpr std::array every_controller{cgroup_controller::memory, cgroup_controller::process_count,
                                      cgroup_controller::cpu_time};
constexpr std::string_view delegation_remedy =
    "run as root, or beneath a delegated group: systemd-run --user --scope -p Delegate=yes ./scripts/run.sh";

/// One line of mountinfo, proc_pid_mountinfo(5).
struct mount {
  std::string group_at_mount;  ///< the group that the mount point shows: not "/" in containers that share the host's
  std::filesystem::path point;
  bool read_only = false;
  std::string type;
  std::vector<std::string> controllers;
};

std::vector<std::string> split(std::string const& text, char separator) {
  std::istringstream stream(text);
  std::vector<std::string> parts;
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

bool has_word(std::vector<std::string> const& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::vector<mount> cgroup_mounts(std::filesystem::path const& root) {
  system_file const file(root / "proc/self/mountinfo");
  std::vector<mount> mounts;
  for (std::string const& line : file.lines()) {
    auto const words = words_of(line);
    auto const dash = static_cast<std::size_t>(std::find(words.begin(), words.end(), "-") - words.begin());
    if (words.size() < 6 || dash + 3 >= words.size()) throw file.error(fmt::format("'{}' is no mount", line));
    if (!words[dash + 1].starts_with("cgroup")) continue;
    mounts.push_back({.group_at_mount = words[3],
                      .point = root / std::filesystem::path(words[4]).relative_path(),
                      .read_only = has_word(split(words[5], ','), "ro"),
                      .type = words[dash + 1],
                      .controllers = split(words[dash + 3], ',')});
  }
  return mounts;
}

/// The own group's path in the hierarchy of a v1 controller; of v2 for an empty name. cgroups(7): "id:names:path".
std::optional<std::string> own_group(std::filesystem::path const& root, std::string_view controller) {
  system_file const file(root / "proc/self/cgroup");
  for (std::string const& line : file.lines()) {
    auto const first = line.find(':');
    auto const second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) throw file.error(fmt::format("'{}' is not id:controllers:path", line));
    std::string const names = line.substr(first + 1, second - first - 1);
    if (controller.empty() ? names.empty() : has_word(split(names, ','), controller)) return line.substr(second + 1);
  }
  return std::nullopt;
}

/// The own group's folder. Nothing when it lies outside of what is mounted here.
std::optional<std::filesystem::path> folder_of(mount const& where, std::string group) {
  if (group.find("/..") != std::string::npos) return std::nullopt;
  if (where.group_at_mount != "/") {
    if (!group.starts_with(where.group_at_mount)) return std::nullopt;
    group.erase(0, where.group_at_mount.size());
  }
  auto const folder = where.point / std::filesystem::path(group).relative_path();
  return (folder.filename().empty() ? folder.parent_path() : folder).lexically_normal();
}

/// With our effective rights: what a set-uid or capability-dropping caller may really do.
std::string why_not_writable(std::filesystem::path const& path) {
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0) return "";
  return fmt::format("{}: {}; {}", path.string(), std::strerror(errno), delegation_remedy);
}

void add(cgroup_hierarchy& found, cgroup_controller controller, std::filesystem::path const& folder, mount const& on) {
  found.folders[controller] = folder;
  if (controller == cgroup_controller::memory) found.at_the_root = folder == on.point.lexically_normal();
  if (!found.why_not.empty()) return;
  if (on.read_only)
    found.why_not = fmt::format(
        "{}: mounted read-only; mount it read-write, in a container with --privileged or "
        "--cgroupns=private and a writable mount",
        on.point.string());
  else
    found.why_not = why_not_writable(folder);
}

void detect_v2(cgroup_hierarchy& found, std::filesystem::path const& root, std::vector<mount> const& mounts) {
  for (mount const& where : mounts) {
    if (where.type != "cgroup2") continue;
    auto const group = own_group(root, "");
    auto folder = group ? folder_of(where, *group) : std::nullopt;
    if (!folder) continue;
    if (folder->filename() == cgroup_leaf_name) folder = folder->parent_path();
    auto const available = words_of(system_file(*folder / "cgroup.controllers").text_if_readable().value_or(""));
    if (!has_word(available, "memory")) continue;
    found.version = cgroup_version::v2;
    add(found, cgroup_controller::memory, *folder, where);
    add(found, cgroup_controller::cpu_time, *folder, where);
    if (has_word(available, "pids")) add(found, cgroup_controller::process_count, *folder, where);
    for (auto const* control : {"cgroup.subtree_control", "cgroup.procs"})
      if (found.why_not.empty()) found.why_not = why_not_writable(*folder / control);
    return;
  }
}

void detect_v1(cgroup_hierarchy& found, std::filesystem::path const& root, std::vector<mount> const& mounts) {
  for (cgroup_controller const controller : every_controller) {
    for (mount const& where : mounts) {
      if (where.type != "cgroup" || !has_word(where.controllers, to_string(controller))) continue;
      auto const group = own_group(root, to_string(controller));
      if (auto const folder = group ? folder_of(where, *group) : std::nullopt) add(found, controller, *folder, where);
    }
  }
  if (!found.folders.empty()) found.version = cgroup_version::v1;
}

}  // namespace

std::string_view to_string(cgroup_controller controller) {
  switch (controller) {
    case cgroup_controller::memory:
      return "memory";
    case cgroup_controller::process_count:
      return "pids";
    case cgroup_controller::cpu_time:
      return "cpuacct";
  }
  return "";
}

cgroup_hierarchy cgroup_hierarchy::detect(std::filesystem::path const& root) {
  cgroup_hierarchy found;
  auto const mounts = cgroup_mounts(root);
  detect_v2(found, root, mounts);
  if (found.version == cgroup_version::none) detect_v1(found, root, mounts);
  for (cgroup_controller const controller : every_controller)
    if (found.why_not.empty() && !found.folders.contains(controller))
      found.why_not = fmt::format(
          "no control group has the controller '{}' here; mount it, or boot with "
          "systemd.unified_cgroup_hierarchy=1 (and cgroup_enable=memory)",
          to_string(controller));
  found.writable = found.why_not.empty();
  return found;
}

}  // namespace unitcost::harness
