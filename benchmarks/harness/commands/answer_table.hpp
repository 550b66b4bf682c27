// The answer: model by model, what one more unit costs.
#pragma once

#include <string>
#include <vector>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

/// A table of the headline cases: a row per model in the order given, a column per metric in the order met; each cell is the
/// median over the repetitions that ended `ok` with its 95 % interval, or "-" and below the table why not.
std::string answer_table(std::vector<record> const& records, std::vector<std::string> const& models);

/// "35.7KiB", "1.24us", "3.10M/s": three significant digits with a unit that people read.
std::string humanise(double value, std::string const& unit);

}  // namespace unitcost::harness
