// All cases that this binary can run.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "benchmarks/harness/cases/case.hpp"
#include "benchmarks/harness/contenders/contender.hpp"

namespace unitcost::harness {

/// What the registry needs to know of a run before cases can be named.
struct registry_settings {
  std::vector<unsigned> workers;  ///< worker counts of the cases that sweep them, ascending
  std::vector<contender> contenders = {};
  /// Not empty: the one case to keep. A worker needs no other, and starts in two thirds of the time.
  std::string only = {};
};

class registry {
 public:
  explicit registry(registry_settings settings) : settings_(std::move(settings)) {}

  registry_settings const& settings() const { return settings_; }
  /// Throws std::logic_error when the name is taken: two cases with one name could not be compared.
  /// Throws std::invalid_argument when a case of ours has a contender's name as its model.
  void add(benchmark_case one);
  std::vector<benchmark_case> const& cases() const { return cases_; }
  /// nullptr when there is no such case.
  benchmark_case const* find(std::string_view name) const;

 private:
  registry_settings settings_;
  std::vector<benchmark_case> cases_;
  std::unordered_map<std::string, std::size_t> places_;  ///< by name
};

}  // namespace unitcost::harness
