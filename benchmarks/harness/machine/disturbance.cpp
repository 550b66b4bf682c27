#include "benchmarks/harness/machine/disturbance.hpp"

#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "benchmarks/harness/machine/system_file.hpp"
#include "impl/runtime/clock.hpp"

namespace unitcost::harness {
namespace {

constexpr double ns_per_ms = 1e6;

/// The columns of a "cpu" line, proc_stat(5). guest and guest_nice follow and are contained in user and nice.
enum column : std::size_t { user, nice, system, idle, iowait, irq, softirq, steal, columns };

std::vector<std::int64_t> ticks_of_all_cpus(system_file const& stat) {
  for (std::string const& line : stat.lines()) {
    auto const words = words_of(line);
    if (words.empty() || words[0] != "cpu") continue;
    std::vector<std::int64_t> ticks;
    for (std::size_t index = 1; index < words.size(); ++index) {
      auto const number = number_in(words[index]);
      if (!number) throw stat.error(fmt::format("'{}' is no number of ticks", words[index]));
      ticks.push_back(static_cast<std::int64_t>(*number));
    }
    if (ticks.size() < columns)
      throw stat.error(fmt::format("has {} columns for 'cpu', expected {}", ticks.size(), +columns));
    return ticks;
  }
  throw stat.error("has no line 'cpu'");
}

/// A counter may step back by a tick between two readings (iowait and rounding): that is none.
std::int64_t growth(std::int64_t before, std::int64_t after) { return after > before ? after - before : 0; }

/// Of all threads of this process.
std::int64_t own_cpu_ns() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

}  // namespace

std::int64_t tick_ns() { return 1'000'000'000 / ::sysconf(_SC_CLK_TCK); }

machine_cpu::machine_cpu(std::filesystem::path const& root) : stat_(root / "proc/stat"), source_("/proc/stat") {
  for (auto const* folder : {"sys/fs/cgroup/cpuacct", "sys/fs/cgroup/cpu,cpuacct"}) {
    auto const usage = root / folder / "cpuacct.usage";
    if (!system_file(usage).number_if_readable()) continue;
    exact_usage_ = usage;
    source_ = "root cgroup's cpuacct.usage, steal from /proc/stat";
    return;
  }
}

machine_cpu_reading machine_cpu::read() const {
  auto const ticks = ticks_of_all_cpus(system_file(stat_));
  machine_cpu_reading reading;
  reading.steal_ns = ticks[steal] * tick_ns();
  if (!exact_usage_.empty()) {
    reading.busy_ns = static_cast<std::int64_t>(system_file(exact_usage_).number());
    return reading;
  }
  reading.busy_ns = (ticks[user] + ticks[nice] + ticks[system] + ticks[irq] + ticks[softirq]) * tick_ns();
  reading.busy_step_ns = tick_ns();
  return reading;
}

disturbance_verdict judge_disturbance(repetition_load const& load, disturbance_thresholds const& thresholds) {
  disturbance_verdict verdict;
  verdict.steal_ns = growth(load.before.steal_ns, load.after.steal_ns);
  verdict.others_cpu_ns = growth(load.own_cpu_ns, growth(load.before.busy_ns, load.after.busy_ns));

  auto const allowed_ns =
      static_cast<std::int64_t>(thresholds.share * static_cast<double>(load.wall_ns) * load.cpus_used);
  std::int64_t const steal_limit_ns = allowed_ns + tick_ns();
  std::int64_t const others_limit_ns =
      allowed_ns + std::max(thresholds.housekeeping_ns, load.after.busy_step_ns * load.cpus_used);
  std::int64_t const both_limit_ns = steal_limit_ns + others_limit_ns - allowed_ns;

  auto const test = [&](char const* who, std::int64_t found_ns, std::int64_t limit_ns) {
    if (verdict.disturbed || found_ns <= limit_ns) return;
    verdict.disturbed = true;
    verdict.reason =
        fmt::format("{} {:.1f} ms of CPU time in {:.1f} ms on {} CPU{}; {:.1f} ms are tolerated", who,
                    static_cast<double>(found_ns) / ns_per_ms, static_cast<double>(load.wall_ns) / ns_per_ms,
                    load.cpus_used, load.cpus_used == 1 ? "" : "s", static_cast<double>(limit_ns) / ns_per_ms);
  };
  test("the hypervisor took", verdict.steal_ns, steal_limit_ns);
  test("other processes used", verdict.others_cpu_ns, others_limit_ns);
  test("the hypervisor and other processes took", verdict.steal_ns + verdict.others_cpu_ns, both_limit_ns);
  return verdict;
}

disturbance_watch::disturbance_watch(unsigned cpus_used)
    : begun_ns_(runtime::now_ns()), own_cpu_before_ns_(own_cpu_ns()) {
  load_.cpus_used = cpus_used;
  load_.before = machine_.read();
}

disturbance_verdict disturbance_watch::judge(std::int64_t case_cpu_ns) const {
  repetition_load load = load_;
  load.after = machine_.read();
  load.own_cpu_ns = case_cpu_ns + own_cpu_ns() - own_cpu_before_ns_;
  load.wall_ns = runtime::now_ns() - begun_ns_;
  return judge_disturbance(load);
}

}  // namespace unitcost::harness
