// The supervisor runs one repetition of one case in a fresh worker and turns whatever happened into a record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/harness/cases/case.hpp"
#include "benchmarks/harness/machine/cgroup_hierarchy.hpp"
#include "benchmarks/harness/machine/core_contention.hpp"
#include "benchmarks/harness/machine/cpu_distance.hpp"
#include "benchmarks/harness/machine/disturbance.hpp"
#include "benchmarks/harness/supervision/interrupt.hpp"
#include "benchmarks/harness/supervision/supervised_process.hpp"
#include "benchmarks/harness/supervision/worker_order.hpp"

namespace unitcost::harness {

struct supervisor_settings {
  profile which = profile::quick;
  std::uint64_t seed = 0;
  process_limits limits;
  std::vector<int> cpus;
  std::vector<unsigned> workers;
};

/// What the end of a worker means. Pure, so that every end is tested on scripted outcomes.
/// A worker that says `ok` is believed only if it exited with 0, its record is of the case and repetition it was given,
/// its units and checksum are the oracle's, and nothing was left behind. Of a case with an external program, what that
/// wrote is read by the case and believed no more easily.
record interpret(process_outcome const& outcome, benchmark_case const& one, unsigned repetition,
                 process_limits const& limits);

class supervisor {
 public:
  explicit supervisor(supervisor_settings settings);

  /// One repetition, in a worker and (where that is permitted) a cgroup of its own. Nothing of it is left when this
  /// returns. `interruption` readable: the worker is killed and `interrupted()` is true from then on.
  record run(benchmark_case const& one, unsigned repetition, interrupt& interruption);

  /// Whether at this moment nobody shares a core of the CPUs that the case uses, and they are as far apart as usual.
  bool quiet(benchmark_case const& one) const;

  bool interrupted() const { return interrupted_; }
  /// Where limits are enforced: "cgroup v1", "cgroup v2" or "polled: <why>".
  std::string enforcement() const;

 private:
  /// What no counter of the machine shows.
  struct look {
    double core_slowdown = 1;
    std::optional<double> round_trip_ns = {};  ///< between the run's first two CPUs, where it has two
  };
  look look_around(std::span<int const> cpus_used);
  void add_looks(conditions& seen, look const& before, look const& after, std::size_t cpus_used) const;
  /// Those of the run's that the case uses.
  std::span<int const> cpus_of(benchmark_case const& one) const;

  /// The program of one repetition.
  struct start {
    std::vector<std::string> arguments;
    std::vector<int> cpus;  ///< that it is confined to; empty: it confines itself
    environment_variables added{};
  };
  /// Throws not_supported when the run has too few CPUs for an external program.
  start start_of(benchmark_case const& one, unsigned repetition) const;
  record run(benchmark_case const& one, unsigned repetition, interrupt& interruption, start const& how);

  supervisor_settings settings_;
  cgroup_hierarchy hierarchy_;
  core_contention contention_;
  cpu_distance distance_;
  unsigned sequence_ = 0;  ///< names the cgroups
  bool interrupted_ = false;
};

}  // namespace unitcost::harness
