// A contender: a program that is no part of the suite, and runs cases beside the suite's own models.
// docs/CONTENDERS.md is the protocol that it speaks.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace unitcost::harness {

/// The one version of the protocol; a program that speaks another is refused.
inline constexpr int contender_protocol = 1;

struct contender {
  std::string name;     ///< the model of its cases
  std::string command;  ///< as a shell reads it
  std::string about;    ///< what it says it is: runtime, version, compiler, flags
  std::map<std::string, std::vector<std::string>, std::less<>> measures;  ///< measure -> workloads or ways

  bool offers(std::string_view measure, std::string_view kind) const;
  /// As the first of that measure: it stands for the contender where one has to.
  bool offers_first(std::string_view measure, std::string_view kind) const;
};

}  // namespace unitcost::harness
