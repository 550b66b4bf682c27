#include "impl/process/process_limits.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <system_error>

#include "impl/runtime/kernel_limits.hpp"
#include "impl/runtime/kernel_refusal.hpp"

namespace unitcost::processes {
namespace {

/// The directories of the caller's pids controller, from its own group up to the root: a limit of any ancestor
/// binds too (Documentation/admin-guide/cgroup-v1/pids.rst). A line of /proc/self/cgroup is "8:pids:/path", under
/// v2 "0::/path"; where v1 has a line for pids, v2 has no such controller and its files are absent.
std::vector<std::string> pids_groups() {
  std::vector<std::string> groups;
  std::ifstream lines("/proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    std::size_t const first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    std::string const controllers = line.substr(first + 1, second - first - 1);
    if (controllers != "pids" && !controllers.empty()) continue;
    std::string const mount = controllers.empty() ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
    for (std::string path = line.substr(second + 1); path.size() > 1; path.resize(path.rfind('/')))
      groups.push_back(mount + path);
    groups.push_back(mount);
  }
  return groups;
}

}  // namespace

std::vector<process_limit> process_limits() {
  std::vector<process_limit> limits;
  for (std::string name : {"pid_max", "threads-max"}) {
    std::string const path = "/proc/sys/kernel/" + name;
    if (auto const most = runtime::number_in(path))
      limits.push_back({path, *most, "raise it with sysctl kernel." + name});
  }
  for (std::string const& group : pids_groups()) {
    std::string const path = group + "/pids.max";
    if (auto const most = runtime::number_in(path)) limits.push_back({path, *most, "write a larger number to it"});
  }
  if (auto const most = runtime::user_process_limit())
    limits.push_back({"RLIMIT_NPROC", *most, "raise it with ulimit -u"});
  std::ranges::sort(limits, {}, &process_limit::most);
  return limits;
}

std::uint64_t most_processes() {
  static std::uint64_t const most = [] {
    std::vector<process_limit> const limits = process_limits();
    return limits.empty() ? std::numeric_limits<std::uint64_t>::max() : limits.front().most;
  }();
  return most;
}

void throw_launch_failure(char const* call, int error_number) {
  if (error_number != EAGAIN && error_number != ENOMEM)
    throw std::system_error(error_number, std::generic_category(), call);
  std::string what = std::string(call) + ": " + std::strerror(error_number) + ";";
  if (error_number == ENOMEM) what += " no memory is left for a process (free some, or raise the memory limit);";
  what += " the limits on processes:";
  for (process_limit const& each : process_limits())
    what += " " + each.name + " = " + std::to_string(each.most) + " (" + each.remedy + ");";
  what.pop_back();
  throw runtime::kernel_refusal(error_number, what);
}

}  // namespace unitcost::processes
