#include "benchmarks/harness/machine/capability_check.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "benchmarks/harness/machine/cgroup_hierarchy.hpp"
#include "benchmarks/harness/machine/cpu_facts.hpp"
#include "benchmarks/harness/machine/environment.hpp"
#include "benchmarks/harness/machine/kernel_settings.hpp"

namespace unitcost::harness {
namespace {

using enum capability_state;
using measures = std::vector<std::string>;

measures const timed{"spawn", "switch", "throughput", "primitives", "grain", "latency", "sleep"};
constexpr auto host_decides = "none inside of a virtual machine: compare runs of one host only";

/// What the profiles ask for, with room for the harness: 10,000 connections; 10,000 threads at
/// 2 mappings each; 30,000 processes or threads.
constexpr std::uint64_t wanted_open_files = 10'240;
constexpr std::uint64_t wanted_mappings = 65'530;  // the kernel's default, DEFAULT_MAX_MAP_COUNT
constexpr std::uint64_t wanted_tasks = 32'768;     // the kernel's default, PID_MAX_DEFAULT
constexpr double tolerated_load = 0.25;            // runnable tasks of others, on average over a minute
constexpr double tolerated_steal_share = 0.01;

capability_check passed(std::string name, std::string finding) {
  return {std::move(name), ok, std::move(finding), {}, {}};
}

/// `wrong` decides; the finding is reported either way.
capability_check weakened_if(bool wrong, std::string name, std::string finding, measures affects, std::string remedy) {
  if (!wrong) return passed(std::move(name), std::move(finding));
  return {std::move(name), weakened, std::move(finding), std::move(affects), std::move(remedy)};
}

capability_check check_cgroup(std::filesystem::path const& root) {
  measures const affected{"footprint", "burst", "blast_radius", "isolation"};
  auto const hierarchy = cgroup_hierarchy::detect(root);
  if (hierarchy.version == cgroup_version::none)
    return {"cgroup", missing, "memory is accounted for the whole machine, limits are polled", affected,
            hierarchy.why_not};
  std::string controllers;
  for (auto const& [controller, folder] : hierarchy.folders) controllers += fmt::format(" {}", to_string(controller));
  auto const version = hierarchy.version == cgroup_version::v1 ? "v1" : "v2";
  if (hierarchy.writable) return passed("cgroup", fmt::format("{}, writable:{}", version, controllers));
  return {"cgroup", weakened,
          fmt::format("{} with{}, not writable: memory is accounted for the whole machine", version, controllers),
          affected, hierarchy.why_not};
}

capability_check check_probe(std::string name, std::function<int()> const& probe, measures affects,
                             std::string remedy) {
  int const failure = probe();
  if (failure == 0) return passed(std::move(name), "available");
  return {std::move(name), missing, std::strerror(failure), std::move(affects), std::move(remedy)};
}

capability_check check_limit(std::string name, std::optional<std::uint64_t> limit, std::uint64_t wanted,
                             measures affects, std::string remedy) {
  if (!limit) return passed(std::move(name), "no limit");
  auto finding =
      *limit < wanted ? fmt::format("{}, the largest cases want {}", *limit, wanted) : fmt::format("{}", *limit);
  return weakened_if(*limit < wanted, std::move(name), std::move(finding), std::move(affects), std::move(remedy));
}

/// The hard one: the harness raises the soft one itself. RLIMIT_NPROC does not bind root (fork(2)).
std::optional<std::uint64_t> hard_limit(__rlimit_resource resource) {
  rlimit limit{};
  if (resource == RLIMIT_NPROC && ::geteuid() == 0) return std::nullopt;
  if (::getrlimit(resource, &limit) != 0 || limit.rlim_max == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_max;
}

void add_limits(std::vector<capability_check>& checks, kernel_settings const& kernel) {
  measures const many_units{"footprint", "burst"};
  auto const add = [&](auto&&... arguments) { checks.push_back(check_limit(arguments...)); };
  add("open files", hard_limit(RLIMIT_NOFILE), wanted_open_files, measures{"latency", "burst"},
      fmt::format("raise the hard limit: ulimit -Hn {}", wanted_open_files));
  add("processes", hard_limit(RLIMIT_NPROC), wanted_tasks, many_units, fmt::format("ulimit -Hu {}", wanted_tasks));
  add("pids cgroup", kernel.pids_cgroup_max, wanted_tasks, many_units,
      "raise pids.max (TasksMax= of the systemd unit, --pids-limit of the container)");
  add("pid_max", kernel.pid_max, wanted_tasks, many_units, fmt::format("sysctl -w kernel.pid_max={}", wanted_tasks));
  add("max_map_count", kernel.max_map_count, wanted_mappings, many_units,
      fmt::format("sysctl -w vm.max_map_count={}", wanted_mappings));
}

void add_processor(std::vector<capability_check>& checks, cpu_facts const& cpu) {
  checks.push_back(weakened_if(
      cpu.virtualised, "virtualised",
      cpu.virtualised ? "a virtual machine: a wake-up on another CPU exits to the hypervisor" : "no hypervisor seen",
      {"switch", "latency", "sleep"}, "run on bare metal, or compare runs of one host only"));
  auto const governor = cpu.governor.value_or("");
  checks.push_back(weakened_if(governor != "performance", "cpu governor", cpu.governor ? governor : "not visible",
                               timed, cpu.governor ? "cpupower frequency-set -g performance" : host_decides));
  checks.push_back(weakened_if(
      cpu.turbo.value_or(true), "turbo",
      cpu.turbo ? (*cpu.turbo ? "on: clock speed depends on heat and on the other cores" : "off") : "not visible",
      timed,
      cpu.turbo ? "echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo, or echo 0 > "
                  "/sys/devices/system/cpu/cpufreq/boost"
                : host_decides));
  checks.push_back(weakened_if(
      cpu.smt.value_or(false), "smt", fmt::format("{} logical CPUs on {} cores", cpu.logical_cpus, cpu.cores),
      {"throughput", "switch", "grain"},
      "pin to one CPU of each core with --cpus, or echo off > /sys/devices/system/cpu/smt/control"));
}

void add_kernel(std::vector<capability_check>& checks, kernel_settings const& kernel) {
  auto const huge = kernel.huge_pages.value_or("none");
  checks.push_back(weakened_if(huge == "always", "transparent huge pages", huge, {"footprint", "spawn"},
                               "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"));
  bool const autogroup = kernel.autogroup.value_or(0) != 0;
  checks.push_back(
      weakened_if(autogroup, "autogroup",
                  autogroup ? "on: any other session takes up to half of a CPU, whatever its nice value" : "off", timed,
                  "sysctl -w kernel.sched_autogroup_enabled=0"));
}

void add_disturbers(std::vector<capability_check>& checks, std::filesystem::path const& root) {
  auto const noise = read_noise(root);
  double const steal = noise["steal_share"].is_number() ? noise["steal_share"].get<double>() : 0;
  checks.push_back(weakened_if(steal > tolerated_steal_share, "steal",
                               fmt::format("{:.2f} % of all CPU time since boot", steal * 100), timed,
                               "move to a host that is not over-committed; disturbed repetitions are repeated"));
  double const load = noise["load_average"].is_array() ? noise["load_average"][0].get<double>() : 0;
  checks.push_back(weakened_if(load > tolerated_load, "other load", fmt::format("load average {:.2f}", load), timed,
                               "stop what else runs; disturbed repetitions are repeated"));
}

}  // namespace

std::string_view to_string(capability_state state) {
  switch (state) {
    case ok:
      return "ok";
    case weakened:
      return "weakened";
    case missing:
      return "missing";
  }
  return "";
}

std::vector<capability_check> check_machine(std::filesystem::path const& root, kernel_probes const& probes) {
  auto const kernel = kernel_settings::read(root);
  std::vector<capability_check> checks;
  checks.push_back(check_cgroup(root));
  checks.push_back(
      check_probe("perf counters", probes.perf_counters, {"primitives"},
                  fmt::format("sysctl -w kernel.perf_event_paranoid=2 (now {}); virtual machines often have none",
                              kernel.perf_event_paranoid ? fmt::format("{}", *kernel.perf_event_paranoid) : "hidden")));
  checks.push_back(check_probe("io_uring", probes.io_uring, {"latency"},
                               "sysctl -w kernel.io_uring_disabled=0, Linux 5.6 or newer"));
  checks.push_back(
      check_probe("pidfd", probes.pidfd, {"every measure"}, "Linux 5.3 or newer: workers are watched through it"));
  add_limits(checks, kernel);
  add_processor(checks, cpu_facts::read(root));
  add_kernel(checks, kernel);
  add_disturbers(checks, root);
  return checks;
}

}  // namespace unitcost::harness
