// Whether somebody else used the machine while a repetition ran.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace unitcost::harness {

/// What all CPUs did since boot, together.
struct machine_cpu_reading {
  std::int64_t busy_ns = 0;       ///< executing anything of this machine's; not idle, not stolen
  std::int64_t steal_ns = 0;      ///< taken by the hypervisor while there was work
  std::int64_t busy_step_ns = 0;  ///< busy_ns moves in steps of this size per CPU; 0: exact
};

/// Reads busy time from the root group's cpuacct.usage (v1; the scheduler's own sum, in ns) where that is readable,
/// else from /proc/stat, whose ticks are given to whoever runs when the clock strikes. Steal is in /proc/stat only.
class machine_cpu {
 public:
  explicit machine_cpu(std::filesystem::path const& root = "/");

  /// Throws system_file_error.
  machine_cpu_reading read() const;
  std::string const& source() const { return source_; }

 private:
  std::filesystem::path stat_;
  std::filesystem::path exact_usage_;  ///< empty when there is none
  std::string source_;
};

/// One repetition.
struct repetition_load {
  machine_cpu_reading before, after;
  std::int64_t own_cpu_ns = 0;  ///< of the worker, its descendants and the supervisor, in between
  std::int64_t wall_ns = 0;
  unsigned cpus_used = 1;  ///< how many the case may keep busy
};

/// A repetition is disturbed when steal, or the CPU time of others, or both together exceed
/// `share` x wall time x CPUs used, plus what the counters cannot resolve:
/// - steal: one tick, the error of a difference between two sums rounded down to ticks;
/// - others, from /proc/stat: one tick per CPU used. A tick belongs wholly to whoever runs when it strikes, so each
///   CPU that the case keeps partly busy can be off by one. (CPUs it leaves idle can only hide others, not invent
///   them.)
/// - others, from cpuacct.usage: `housekeeping_ns`, for the kernel's own threads and whoever takes the readings.
/// 5 %: what "different" means between two runs; a smaller disturbance cannot by itself turn equal into different.
/// A repetition that is short against a tick is judged only as finely as the counters allow: on two CPUs, 170 ms of
/// wall time, from /proc/stat: 37 ms of others or 27 ms of steal.
struct disturbance_thresholds {
  double share = 0.05;
  std::int64_t housekeeping_ns = 1'000'000;
};

struct disturbance_verdict {
  bool disturbed = false;
  std::string reason;  ///< empty unless disturbed
  std::int64_t steal_ns = 0;
  std::int64_t others_cpu_ns = 0;  ///< 0 where rounding makes the machine less busy than the case
};

disturbance_verdict judge_disturbance(repetition_load const& load, disturbance_thresholds const& thresholds = {});

/// Watches from its construction on. The watching process's own CPU time is not a disturbance.
class disturbance_watch {
 public:
  explicit disturbance_watch(unsigned cpus_used = 1);

  /// `case_cpu_ns`: what the case and its descendants have used since.
  disturbance_verdict judge(std::int64_t case_cpu_ns) const;

 private:
  machine_cpu machine_;
  repetition_load load_;
  std::int64_t begun_ns_;
  std::int64_t own_cpu_before_ns_;
};

/// The length of a tick of /proc/stat: 1 s / USER_HZ.
std::int64_t tick_ns();

}  // namespace unitcost::harness
