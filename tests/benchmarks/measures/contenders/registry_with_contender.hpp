// All measures' cases, one contender among the models.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/measures/all.hpp"

namespace unitcost::test {

/// Throws what add_every_measure throws of what it `offers`, measure by measure.
inline harness::registry registry_with_contender(std::map<std::string, std::vector<std::string>, std::less<>> offers,
                                                 std::string name = "libfork") {
  harness::registry all(
      {.workers = {1, 2}, .contenders = {{std::move(name), "./lf", "libfork 3.8.0", std::move(offers)}}});
  measures::add_every_measure(all);
  return all;
}

}  // namespace unitcost::test
