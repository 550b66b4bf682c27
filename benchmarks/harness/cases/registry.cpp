#include "benchmarks/harness/cases/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace unitcost::harness {

void registry::add(benchmark_case one) {
  if (!one.external &&
      std::ranges::find(settings_.contenders, one.model, &contender::name) != settings_.contenders.end())
    throw std::invalid_argument(
        fmt::format("--contender {}=...: the suite itself has a model '{}'; choose another name, such as {}@other",
                    one.model, one.model, one.model));
  std::string name = one.name();
  if (!settings_.only.empty() && name != settings_.only) return;
  if (!places_.try_emplace(name, cases_.size()).second) throw std::logic_error("two cases are named " + name);
  cases_.push_back(std::move(one));
}

benchmark_case const* registry::find(std::string_view name) const {
  auto const found = places_.find(std::string(name));
  return found == places_.end() ? nullptr : &cases_[found->second];
}

}  // namespace unitcost::harness
