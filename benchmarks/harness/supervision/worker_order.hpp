// What a supervisor tells a worker: which case, and how. Spelled as the arguments of the hidden subcommand `worker`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/harness/cases/profile.hpp"
#include "benchmarks/harness/contenders/contender.hpp"

namespace unitcost::harness {

struct worker_order {
  std::string case_name;
  profile which = profile::quick;
  unsigned repetition = 0;
  std::uint64_t seed = 0;
  std::uint64_t memory_limit_bytes = 0;
  std::vector<int> cpus;
  std::vector<unsigned> workers;  ///< with the contenders: rebuilds the same registry
  double time_limit_s = limits_of(profile::quick).time_limit_s;
  std::optional<double> measuring_s = {};  ///< instead of the profile's; not spelled
  std::vector<contender> contenders = {};  ///< whose case it is; none: one of ours
};

/// `program worker …`, program being the running binary.
std::vector<std::string> arguments_of(worker_order const& order);

/// The worker's side: reads the arguments after `worker`. Throws std::invalid_argument.
worker_order parse_worker_order(std::vector<std::string> const& arguments);

}  // namespace unitcost::harness
