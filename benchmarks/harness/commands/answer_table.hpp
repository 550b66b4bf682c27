// The answer: model by model, what one more unit costs.
#pragma once

#include <string>
#include <vector>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

/// The order in which a reader meets things: that of the registry, whatever order a run was shuffled into.
struct table_order {
  std::vector<std::string> measures, models;
};

/// A table of the headline cases: a row per model, a column per headline metric. Each cell is the median over the
/// repetitions that ended `ok`, below it the 95 % interval; or "-", and below the table why. A median over survivors
/// says how many of the repetitions failed.
std::string answer_table(std::vector<record> const& records, table_order const& order);

}  // namespace unitcost::harness
