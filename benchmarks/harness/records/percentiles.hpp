// From samples to a histogram that a record can carry.
#pragma once

#include <string>
#include <vector>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

/// p50, p90, p99 and p99.9 as far as at least 10 samples lie beyond, and buckets of a quarter octave (each bound 19 %
/// above the last). Values must be positive; smaller ones count in the lowest bucket.
histogram histogram_of(std::vector<double> samples, std::string name, std::string label, std::string unit);

}  // namespace unitcost::harness
