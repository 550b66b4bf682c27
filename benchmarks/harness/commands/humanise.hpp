// Numbers as people read them.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace unitcost::harness {

/// "35.7 KiB", "1.24 us", "3.10 M/s": three significant digits with a unit that people read.
std::string humanise(double value, std::string const& unit);

/// "[35.5, 35.9]", in the unit that `humanise` chooses for `value`.
std::string humanise_interval(std::pair<double, double> const& interval, double value, std::string const& unit);

}  // namespace unitcost::harness
