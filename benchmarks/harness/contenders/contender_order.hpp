// What a contender is told of one repetition: the CASE of the protocol, as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/harness/records/parameters.hpp"

namespace unitcost::harness {

struct contender_order {
  std::string case_name, measure, workload;
  parameter_list parameters;
  std::vector<int> cpus;   ///< to use; as many as there are workers
  double measuring_s = 0;  ///< how long the runs shall take together
  unsigned repetition = 0;
  std::uint64_t seed = 0;
  std::uint64_t memory_limit_bytes = 0;  ///< 0: none
};

std::string to_text(contender_order const& order);

/// The contender's side. Throws std::invalid_argument.
contender_order parse_contender_order(std::string_view text);

}  // namespace unitcost::harness
