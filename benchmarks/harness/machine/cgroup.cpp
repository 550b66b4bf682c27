#include "benchmarks/harness/machine/cgroup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <set>
#include <thread>
#include <utility>

#include "benchmarks/harness/machine/system_file.hpp"

namespace unitcost::harness {
namespace {

constexpr std::uint64_t ns_per_us = 1000;
constexpr char const* v1_socket_limit = "memory.kmem.tcp.limit_in_bytes";
constexpr std::uint64_t never_met_bytes = std::uint64_t{1} << 40;
constexpr auto kill_patience = std::chrono::seconds(10);
constexpr auto first_pause = std::chrono::milliseconds(1), longest_pause = std::chrono::milliseconds(16);

/// A folder and the groups beneath it, which belong to victims of the group's own processes.
std::vector<std::filesystem::path> with_groups_beneath(std::filesystem::path const& folder) {
  std::vector<std::filesystem::path> all{folder};
  std::error_code vanished;
  for (std::filesystem::directory_iterator entry(folder, vanished), end; !vanished && entry != end;
       entry.increment(vanished)) {
    if (!entry->is_directory(vanished)) continue;
    auto const beneath = with_groups_beneath(entry->path());
    all.insert(all.end(), beneath.begin(), beneath.end());
  }
  return all;
}

}  // namespace

cgroup::cgroup(cgroup_version version, cgroup_folders folders) : version_(version), folders_(std::move(folders)) {
  for (auto const& folder : distinct_folders()) join_paths_.push_back((folder / "cgroup.procs").string());
}

void cgroup::set_memory_limit(std::uint64_t bytes) const {
  auto const limit = fmt::format("{}", bytes);
  system_file(file(cgroup_controller::memory, "memory.limit_in_bytes", "memory.max")).write(limit);
  // Swap would turn a memory hog into a slow one. Absent where the kernel accounts no swap: then there is no limit to
  // it.
  bool const v1 = version_ == cgroup_version::v1;
  system_file const swap(file(cgroup_controller::memory, "memory.memsw.limit_in_bytes", "memory.swap.max"));
  if (std::filesystem::exists(swap.path())) swap.write(v1 ? limit : "0");
}

void cgroup::set_process_limit(std::uint64_t tasks) const {
  system_file(file(cgroup_controller::process_count, "pids.max", "pids.max")).write(fmt::format("{}", tasks));
}

int cgroup::join_self() const noexcept {
  for (std::string const& path : join_paths_) {
    int const procs = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (procs < 0) return errno;
    ssize_t const written = ::write(procs, "0", 1);  // 0 is the writer itself
    int const failure = errno;
    ::close(procs);
    if (written != 1) return failure;
  }
  return 0;
}

void cgroup::count_socket_buffers() const {
  if (version_ == cgroup_version::v2) return;
  system_file(folders_.at(cgroup_controller::memory) / v1_socket_limit).write(std::to_string(never_met_bytes));
}

// Without a limit the file holds the largest number that there is.
bool cgroup::counts_socket_buffers() const {
  if (version_ == cgroup_version::v2) return true;
  system_file const limit(folders_.at(cgroup_controller::memory) / v1_socket_limit);
  return limit.readable() && limit.number() <= never_met_bytes;
}

std::uint64_t cgroup::oom_kills() const {
  return events_here(file(cgroup_controller::memory, "memory.oom_control", "memory.events"), "oom_kill");
}

std::uint64_t cgroup::process_limit_hits() const {
  return events_here(file(cgroup_controller::process_count, "pids.events", "pids.events"), "max");
}

std::uint64_t cgroup::events_here(std::filesystem::path const& events, std::string_view key) const {
  if (version_ == cgroup_version::v1) return system_file(events).value(key);
  // v2 adds up the groups beneath, whose victims are none of ours, and has a second file without them (memory since
  // Linux 5.2, pids since 6.11; before, pids.events was local). Our own processes may have moved into the leaf.
  auto const count = [&](std::filesystem::path const& folder) {
    auto const local = folder / (events.filename().string() + ".local");
    return system_file(std::filesystem::exists(local) ? local : folder / events.filename()).value(key);
  };
  auto const leaf = events.parent_path() / cgroup_leaf_name;
  return count(events.parent_path()) + (std::filesystem::exists(leaf / events.filename()) ? count(leaf) : 0);
}

std::uint64_t cgroup::cpu_ns() const {
  system_file const usage(file(cgroup_controller::cpu_time, "cpuacct.usage", "cpu.stat"));
  return version_ == cgroup_version::v1 ? usage.number() : usage.value("usage_usec") * ns_per_us;
}

std::uint64_t cgroup::memory_bytes() const {
  return system_file(file(cgroup_controller::memory, "memory.usage_in_bytes", "memory.current")).number();
}

std::vector<int> cgroup::processes() const {
  std::set<int> found;
  for (auto const& folder : distinct_folders())
    for (auto const& group : with_groups_beneath(folder)) {
      // A group that is being removed has no process left, so what cannot be read is empty.
      for (auto const& word : words_of(system_file(group / "cgroup.procs").text_if_readable().value_or("")))
        if (auto const process = number_in(word)) found.insert(static_cast<int>(*process));
    }
  return {found.begin(), found.end()};
}

void cgroup::signal_all() const {
  if (version_ == cgroup_version::v2) {
    // Kills beneath as well, and races with no fork (Linux 5.14). A caller inside would kill itself.
    system_file const kill(folders_.begin()->second / "cgroup.kill");
    auto const members = processes();
    bool const inside = std::find(members.begin(), members.end(), ::getpid()) != members.end();
    if (!inside && std::filesystem::exists(kill.path())) return kill.write("1");
  }
  for (int const process : processes())
    if (process > 0 && process != ::getpid()) ::kill(process, SIGKILL);
}

bool cgroup::kill_all() const noexcept {
  auto const deadline = std::chrono::steady_clock::now() + kill_patience;
  try {
    // A fork bomb outruns a loop of signals: no more forks first.
    auto const pids = folders_.find(cgroup_controller::process_count);
    if (pids != folders_.end() && std::filesystem::exists(pids->second / "pids.max")) set_process_limit(0);
    // The dying need the CPU more than we do: ask less and less often.
    for (std::chrono::milliseconds pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
      auto left = processes();
      std::erase(left, ::getpid());
      if (left.empty()) return true;
      if (std::chrono::steady_clock::now() > deadline) return false;
      signal_all();
      std::this_thread::sleep_for(pause);
    }
  } catch (std::exception const&) {
    return false;  // the group vanished beneath us or is not ours to kill; its removal will tell
  }
}

std::filesystem::path cgroup::file(cgroup_controller controller, std::string_view v1_name,
                                   std::string_view v2_name) const {
  auto const folder = folders_.find(controller);
  if (folder == folders_.end())
    throw system_file_error(fmt::format("{}: the group has no controller '{}'; see `unitcost doctor`",
                                        version_ == cgroup_version::v1 ? v1_name : v2_name, to_string(controller)));
  return folder->second / (version_ == cgroup_version::v1 ? v1_name : v2_name);
}

std::vector<std::filesystem::path> cgroup::distinct_folders() const {
  std::set<std::filesystem::path> distinct;
  for (auto const& [controller, folder] : folders_) distinct.insert(folder);
  return {distinct.begin(), distinct.end()};
}

}  // namespace unitcost::harness
