#include "benchmarks/harness/cases/registry.hpp"

#include <algorithm>
#include <stdexcept>

namespace unitcost::harness {

void registry::add(benchmark_case one) {
  if (find(one.name()) != nullptr) throw std::logic_error("two cases are named " + one.name());
  if (one.parameters.empty()) one.parameters = parameters_of(one.label);
  cases_.push_back(std::move(one));
}

benchmark_case const* registry::find(std::string_view name) const {
  auto const found = std::ranges::find_if(cases_, [&](benchmark_case const& one) { return one.name() == name; });
  return found == cases_.end() ? nullptr : &*found;
}

}  // namespace unitcost::harness
