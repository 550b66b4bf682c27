#include "benchmarks/harness/machine/scoped_cgroup.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <set>
#include <thread>

#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {
namespace {

constexpr std::string_view name_prefix = "unitcost-";
constexpr int removal_attempts = 200;
constexpr auto removal_pause = std::chrono::milliseconds(5);

/// The group and all beneath it, deepest first. A group whose last process has just ended refuses for a moment
/// (EBUSY) until the kernel has let go of it.
bool remove_group(std::filesystem::path const& folder) noexcept {
  for (int attempt = 0; attempt < removal_attempts; ++attempt) {
    std::error_code failure;
    for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure)) {
      std::error_code unknown;
      if (entry->is_directory(unknown)) remove_group(entry->path());
    }
    if (::rmdir(folder.c_str()) == 0 || errno == ENOENT) return true;
    if (errno != EBUSY) return false;
    std::this_thread::sleep_for(removal_pause);
  }
  return false;
}

std::set<std::filesystem::path> distinct(cgroup_folders const& folders) {
  std::set<std::filesystem::path> paths;
  for (auto const& [controller, folder] : folders) paths.insert(folder);
  return paths;
}

/// Ourselves, our parent, its parent, …
std::set<int> own_line_of_descent() {
  std::set<int> line;
  for (int process = ::getpid(); process > 0 && line.insert(process).second;) {
    system_file const status(fmt::format("/proc/{}/status", process));
    process = status.readable() ? static_cast<int>(status.value("PPid")) : 0;
  }
  return line;
}

/// Whether the process has ended; one that its parent has not waited for yet (a zombie) has.
bool has_ended(int process) {
  if (::kill(process, 0) != 0 && errno == ESRCH) return true;
  auto const status = system_file(fmt::format("/proc/{}/status", process)).text_if_readable().value_or("");
  return status.find("\nState:\tZ") != std::string::npos || status.find("\nState:\tX") != std::string::npos;
}

/// See the class: v2's rule against processes in inner groups.
void make_room_for_children(std::filesystem::path const& group) {
  system_file const enabled(group / "cgroup.subtree_control");
  auto const controllers = words_of(enabled.text());
  auto const has = [&](char const* name) {
    return std::find(controllers.begin(), controllers.end(), name) != controllers.end();
  };
  if (has("memory") && has("pids")) return;
  system_file const members(group / "cgroup.procs");
  auto const movable = own_line_of_descent();
  for (std::string const& word : words_of(members.text())) {
    auto const process = number_in(word);
    if (!process || !movable.contains(static_cast<int>(*process)))
      throw members.error(
          fmt::format("process {} also lives in our control group, so v2 lets it have no children with "
                      "controllers; start in a group of our own: systemd-run --user --scope -p "
                      "Delegate=yes ./scripts/run.sh",
                      word));
    std::filesystem::create_directory(group / cgroup_leaf_name);
    system_file(group / cgroup_leaf_name / "cgroup.procs").write(word);
  }
  enabled.write("+memory +pids");
}

cgroup_folders make_folders(cgroup_hierarchy const& hierarchy, std::string_view name) {
  if (!hierarchy.writable) throw system_file_error(fmt::format("no control group '{}': {}", name, hierarchy.why_not));
  if (hierarchy.version == cgroup_version::v2) make_room_for_children(hierarchy.folders.begin()->second);
  auto const folder_name = fmt::format("{}{}-{}", name_prefix, ::getpid(), name);
  cgroup_folders made;
  for (auto const& [controller, base] : hierarchy.folders) made[controller] = base / folder_name;
  for (auto const& folder : distinct(made)) {
    // One of this name is the remains of an earlier process that had our pid.
    if (std::filesystem::exists(folder)) remove_group(folder);
    if (::mkdir(folder.c_str(), 0755) == 0) continue;
    auto const reason = std::strerror(errno);
    for (auto const& undone : distinct(made)) remove_group(undone);
    throw system_file(folder).error(fmt::format("cannot be made ({})", reason));
  }
  return made;
}

}  // namespace

scoped_cgroup::scoped_cgroup(cgroup_hierarchy const& hierarchy, std::string_view name)
    : cgroup(hierarchy.version, make_folders(hierarchy, name)) {}

scoped_cgroup::~scoped_cgroup() {
  kill_all();
  for (auto const& folder : distinct(folders())) remove_group(folder);
}

int scoped_cgroup::maker_of(std::string_view folder_name) {
  if (!folder_name.starts_with(name_prefix)) return 0;
  folder_name.remove_prefix(name_prefix.size());
  auto const process = number_in(folder_name.substr(0, folder_name.find('-')));
  return process ? static_cast<int>(*process) : 0;
}

unsigned scoped_cgroup::remove_stale(cgroup_hierarchy const& hierarchy) {
  std::set<std::string> removed;
  for (auto const& [controller, base] : hierarchy.folders) {
    std::error_code unreadable;
    std::vector<std::filesystem::path> stale;
    for (auto const& entry : std::filesystem::directory_iterator(base, unreadable)) {
      int const maker = maker_of(entry.path().filename().string());
      if (maker > 0 && has_ended(maker)) stale.push_back(entry.path());
    }
    for (auto const& folder : stale) {
      cgroup(hierarchy.version, {{controller, folder}}).kill_all();
      if (remove_group(folder)) removed.insert(folder.filename().string());
    }
  }
  return static_cast<unsigned>(removed.size());
}

}  // namespace unitcost::harness
