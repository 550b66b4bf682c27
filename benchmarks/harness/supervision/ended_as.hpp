// What a measure throws that knows how its repetition ended, as when a program that it watches says so.
#pragma once

#include <stdexcept>
#include <string>

#include "benchmarks/harness/records/record.hpp"

namespace unitcost::harness {

/// Any end but ok; what() is its reason.
class ended_as : public std::runtime_error {
 public:
  ended_as(ending end, std::string const& reason) : std::runtime_error(reason), end_(end) {}
  ending end() const { return end_; }

 private:
  ending end_;
};

}  // namespace unitcost::harness
