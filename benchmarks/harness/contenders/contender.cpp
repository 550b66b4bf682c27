#include "benchmarks/harness/contenders/contender.hpp"

#include <algorithm>

namespace unitcost::harness {

bool contender::offers(std::string_view measure, std::string_view kind) const {
  auto const found = measures.find(measure);
  return found != measures.end() && std::ranges::find(found->second, kind) != found->second.end();
}

bool contender::offers_first(std::string_view measure, std::string_view kind) const {
  auto const found = measures.find(measure);
  return found != measures.end() && !found->second.empty() && found->second.front() == kind;
}

}  // namespace unitcost::harness
