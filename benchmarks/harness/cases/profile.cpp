#include "benchmarks/harness/cases/profile.hpp"

namespace unitcost::harness {

std::optional<profile> parse_profile(std::string_view name) {
  for (profile which : {profile::quick, profile::standard, profile::full})
    if (limits_of(which).name == name) return which;
  return std::nullopt;
}

}  // namespace unitcost::harness
