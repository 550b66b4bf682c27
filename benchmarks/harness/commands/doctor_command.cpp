#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "benchmarks/harness/commands/commands.hpp"
#include "benchmarks/harness/machine/capability_check.hpp"

namespace unitcost::harness {

int doctor_command(command_line const& line) {
  auto const checks = check_machine();
  if (line.format == text_format::as_json) {
    json out = json::array();
    for (capability_check const& one : checks)
      out.push_back({{"name", one.name},
                     {"state", to_string(one.state)},
                     {"finding", one.finding},
                     {"affects", one.affects},
                     {"remedy", one.remedy}});
    fmt::print("{}\n", out.dump(1));
    return exit_ok;
  }
  for (capability_check const& one : checks) {
    fmt::print("{:<9} {:<24} {}\n", to_string(one.state), one.name, one.finding);
    if (!one.affects.empty()) fmt::print("{:<34} weakens: {}\n", "", fmt::join(one.affects, ", "));
    if (!one.remedy.empty()) fmt::print("{:<34} remedy:  {}\n", "", one.remedy);
  }
  return exit_ok;
}

}  // namespace unitcost::harness
