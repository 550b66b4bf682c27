#include "benchmarks/measures/all.hpp"

#include "benchmarks/measures/contenders/contender_case.hpp"

namespace unitcost::measures {

void add_every_measure(harness::registry& all) {
  for (harness::contender const& who : all.settings().contenders) require_known_offers(who);
  for (auto const add : every_measure) add(all);
}

}  // namespace unitcost::measures
