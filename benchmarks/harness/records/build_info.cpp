#include "benchmarks/harness/records/build_info.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "unitcost_commit.hpp"  // generated at each build, so that only this file is compiled anew

namespace unitcost::harness {

json tool_facts() {
  return {{"version", UNITCOST_VERSION}, {"commit", UNITCOST_COMMIT}, {"dirty", UNITCOST_DIRTY != 0}};
}

json build_facts() {
#if defined(__clang__)
  std::string const compiler = "clang " __clang_version__;
#else
  std::string const compiler = "g++ " __VERSION__;
#endif
  return {{"compiler", compiler}, {"flags", UNITCOST_FLAGS}, {"type", UNITCOST_BUILD_TYPE}};
}

std::string version_text() {
  return fmt::format("unitcost {} ({}{}, {})", UNITCOST_VERSION, UNITCOST_COMMIT, UNITCOST_DIRTY ? ", modified" : "",
                     build_facts()["compiler"].get<std::string>());
}

}  // namespace unitcost::harness
