#include "benchmarks/harness/machine/library_versions.hpp"

#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <oneapi/tbb/version.h>

#include <CLI/Version.hpp>
#include <boost/version.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "impl/openmp/runtime_version.hpp"

namespace unitcost::harness {
namespace {

/// fmt and Boost pack their version into one number: major * `major` + minor * `minor` + patch.
std::string unpacked(unsigned version, unsigned major, unsigned minor) {
  return fmt::format("{}.{}.{}", version / major, version % major / minor, version % minor);
}

/// Google Benchmark has no version in its headers before 1.8.4: the build passes what its package says.
nlohmann::ordered_json benchmark_version() {
#ifdef UNITCOST_BENCHMARK_VERSION
  return UNITCOST_BENCHMARK_VERSION;
#else
  return nullptr;
#endif
}

}  // namespace

nlohmann::ordered_json library_versions() {
  return {{"fmt", unpacked(FMT_VERSION, 10000, 100)},
          {"boost", unpacked(BOOST_VERSION, 100000, 100)},
          {"tbb", fmt::format("{}.{}.{}", TBB_VERSION_MAJOR, TBB_VERSION_MINOR, TBB_VERSION_PATCH)},
          {"openmp", models::openmp_parts::runtime_version()},
          {"benchmark", benchmark_version()},
          {"nlohmann_json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                        NLOHMANN_JSON_VERSION_PATCH)},
          {"cli11", CLI11_VERSION},
          {"libc", std::string("glibc ") + ::gnu_get_libc_version()},
          {"libstdcxx", fmt::format("{} ({})", _GLIBCXX_RELEASE, __GLIBCXX__)}};
}

}  // namespace unitcost::harness
